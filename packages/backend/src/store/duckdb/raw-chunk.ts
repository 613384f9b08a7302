// A data chunk whose columns are filled by copying memory: the client's own way makes an object of every value and calls
// into DuckDB for every text, 15 µs a span against 1. The layouts are those of DuckDB's C API (duckdb.h), on which the
// pinned version of the bindings rests; everything here is little-endian, as every platform of DuckDB is.

import { BLOB, type DuckDBAppender, DuckDBDataChunk, type DuckDBType } from "@duckdb/node-api";
import duckdb from "@duckdb/node-bindings";
import { SHORT_BYTES, shortHash, textHash } from "./value-filters.ts";

/** DuckDB's vector size, the most rows a chunk can hold. */
export const CHUNK_ROWS = 2048;

type Words = Uint32Array<ArrayBuffer>;

/** Reused for chunk after chunk: their memory is not the garbage collector's to count. */
export class RawChunk {
  readonly #chunk: duckdb.DataChunk;

  constructor(types: readonly DuckDBType[]) {
    this.#chunk = duckdb.create_data_chunk(types.map((type) => type.toLogicalType().logical_type));
  }

  /** Empties the chunk; what it held is invalid from now on. */
  begin(rows: number): void {
    duckdb.data_chunk_reset(this.#chunk);
    duckdb.data_chunk_set_size(this.#chunk, rows);
  }

  vector(column: number): duckdb.Vector {
    return duckdb.data_chunk_get_vector(this.#chunk, column);
  }

  /** Copies the first `count` words into a column of fixed-size values. */
  fill(column: number, words: Words, count: number): void {
    copy(this.vector(column), words, count);
  }

  /** Texts of which some may be NULL. */
  fillTexts(column: number, texts: TextColumn, rows: number): void {
    const vector = this.vector(column);
    copy(vector, texts.words, rows * TEXT_WORDS);
    if (texts.nulls === undefined) return;
    duckdb.vector_ensure_validity_writable(vector);
    duckdb.copy_data_to_vector_validity(vector, 0, texts.nulls.buffer, 0, texts.nulls.byteLength);
  }

  /** A list of `items` in all; `entries` has the first item and the count of each row, as 64-bit numbers. */
  fillList(
    column: number,
    entries: Words,
    rows: number,
    items: Words,
    itemWords: number,
    count: number,
  ): void {
    const vector = this.vector(column);
    duckdb.list_vector_reserve(vector, count);
    duckdb.list_vector_set_size(vector, count);
    copy(vector, entries, rows * ENTRY_WORDS);
    copy(duckdb.list_vector_get_child(vector), items, count * itemWords);
  }

  /** DuckDB has copied all of it when this returns. */
  appendTo(appender: DuckDBAppender): void {
    appender.appendDataChunk(new DuckDBDataChunk(this.#chunk));
  }
}

function copy(vector: duckdb.Vector, words: Words, count: number): void {
  if (count > 0) duckdb.copy_data_to_vector(vector, 0, words.buffer, 0, count * 4);
}

/** Words of a list's entry. */
export const ENTRY_WORDS = 4;

/** Words of a text: its length, and up to 12 bytes or the first 4 and where all of it is. */
export const TEXT_WORDS = 4;

const INLINE_BYTES = 12;

/** Bytes that DuckDB holds a copy of, and where that copy is. */
export interface HeldText {
  bytes: Uint8Array;
  /** The address's low and high word. */
  low: number;
  high: number;
}

/** Gives texts a place that DuckDB can read: one copy for all texts of a request instead of a call for each. */
export class TextHolder {
  readonly #chunk = new RawChunk([BLOB]);

  /** Valid until `release`. */
  hold(bytes: Uint8Array): HeldText {
    // What fits into the text's own words is never looked up.
    if (bytes.length <= INLINE_BYTES) return { bytes, low: 0, high: 0 };
    const vector = this.#chunk.vector(0);
    // The value before stays where it is: a vector frees its texts only as a whole.
    duckdb.vector_assign_string_element_len(vector, 0, bytes);
    const view = duckdb.vector_get_data(vector, TEXT_WORDS * 4);
    const words = new DataView(view.buffer, view.byteOffset, TEXT_WORDS * 4);
    return { bytes, low: words.getUint32(8, true), high: words.getUint32(12, true) };
  }

  release(): void {
    this.#chunk.begin(0);
  }
}

/** A column of texts as DuckDB has them, the short ones in place and the long ones by address. */
export class TextColumn {
  words: Words;
  /** A bit for each row that is set where there is a text; absent while every row has one. */
  nulls: Words | undefined;
  #bytes: Uint8Array;

  constructor(rows = CHUNK_ROWS) {
    this.words = new Uint32Array(rows * TEXT_WORDS);
    this.#bytes = new Uint8Array(this.words.buffer);
  }

  reserve(rows: number): void {
    if (rows * TEXT_WORDS <= this.words.length) return;
    const grown = new Uint32Array(Math.max(rows * TEXT_WORDS, this.words.length * 2));
    grown.set(this.words);
    this.words = grown;
    this.#bytes = new Uint8Array(grown.buffer);
  }

  set(row: number, { bytes, low, high }: HeldText, start: number, length: number): void {
    const at = row * TEXT_WORDS;
    const { words } = this;
    const to = this.#bytes;
    const content = at * 4 + 4;
    words[at] = length;
    if (length <= INLINE_BYTES) {
      words[at + 1] = 0;
      words[at + 2] = 0;
      words[at + 3] = 0;
      for (let index = 0; index < length; index++) to[content + index] = bytes[start + index] as number;
      return;
    }
    for (let index = 0; index < 4; index++) to[content + index] = bytes[start + index] as number;
    const address = low + start;
    words[at + 2] = address;
    words[at + 3] = address > 0xffffffff ? high + 1 : high;
  }

  /** Of the text that was set there. */
  hashOf(row: number, { bytes }: HeldText, start: number): number {
    const at = row * TEXT_WORDS;
    const { words } = this;
    const length = words[at] as number;
    if (length > SHORT_BYTES) return textHash(bytes, start, length);
    return shortHash(length, words[at + 1] as number, words[at + 2] as number, words[at + 3] as number);
  }

  setNull(row: number): void {
    this.words.fill(0, row * TEXT_WORDS, (row + 1) * TEXT_WORDS);
    this.nulls ??= new Uint32Array(CHUNK_ROWS / 32).fill(0xffffffff);
    this.nulls[row >>> 5] = (this.nulls[row >>> 5] as number) & ~(1 << (row & 31));
  }

  clearNulls(): void {
    this.nulls?.fill(0xffffffff);
  }
}

/** Words of a table of spans as DuckDB's UUID: 128 bits, the lowest word first, the highest bit turned. */
export function setUuid(to: Words, row: number, words: Uint32Array, at: number): void {
  to[row * 4] = words[at + 3] as number;
  to[row * 4 + 1] = words[at + 2] as number;
  to[row * 4 + 2] = words[at + 1] as number;
  to[row * 4 + 3] = (words[at] as number) ^ 0x80000000;
}

/** A span id as UBIGINT. */
export function setId(to: Words, row: number, words: Uint32Array, at: number): void {
  to[row * 2] = words[at + 1] as number;
  to[row * 2 + 1] = words[at] as number;
}

/** A time as BIGINT. */
export function setTime(to: Words, row: number, words: Uint32Array, at: number): void {
  to[row * 2] = words[at] as number;
  to[row * 2 + 1] = words[at + 1] as number;
}
