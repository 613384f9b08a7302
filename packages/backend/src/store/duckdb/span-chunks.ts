// Spans on their way from the requests' tables into the `spans` table, 2048 at a time: each word is moved once, texts are
// named by their address. What a column holds is said in span-rows.ts, for the way back.

import {
  BIGINT,
  type DuckDBConnection,
  type DuckDBType,
  INTEGER,
  LIST,
  UBIGINT,
  UINTEGER,
  UUID,
  VARCHAR,
} from "@duckdb/node-api";
import { ATTRIBUTE_WORDS, SPAN_WORD, SPAN_WORDS, StatusCode } from "@enterspan/otlp";
import { othersTurn } from "../../pause.ts";
import { withAppender } from "./append.ts";
import type { AttributeBlocks } from "./attribute-blocks.ts";
import {
  CHUNK_ROWS,
  ENTRY_WORDS,
  type HeldText,
  RawChunk,
  setId,
  setTime,
  setUuid,
  TEXT_WORDS,
  TextColumn,
} from "./raw-chunk.ts";
import type { SpanBatch } from "./span-batch.ts";
import { type Extract, isScalar, type SpanSource } from "./span-source.ts";

/** Columns in the table's order, with the words of a value where it has a fixed size. */
const COLUMNS = {
  traceId: { type: UUID, words: 4 },
  spanId: { type: UBIGINT, words: 2 },
  parentSpanId: { type: UBIGINT, words: 2 },
  traceState: { type: VARCHAR },
  flags: { type: UINTEGER, words: 1 },
  name: { type: VARCHAR },
  kind: { type: INTEGER, words: 1 },
  start: { type: BIGINT, words: 2 },
  end: { type: BIGINT, words: 2 },
  attributeIds: { type: LIST(UINTEGER) },
  attributeValues: { type: LIST(VARCHAR) },
  droppedAttributes: { type: UINTEGER, words: 1 },
  events: { type: VARCHAR },
  droppedEvents: { type: UINTEGER, words: 1 },
  links: { type: VARCHAR },
  droppedLinks: { type: UINTEGER, words: 1 },
  statusCode: { type: INTEGER, words: 1 },
  statusMessage: { type: VARCHAR },
  error: { type: VARCHAR },
  resourceId: { type: UINTEGER, words: 1 },
  scopeId: { type: UINTEGER, words: 1 },
  byteSize: { type: UINTEGER, words: 1 },
  block: { type: UINTEGER, words: 1 },
} as const satisfies Record<string, { type: DuckDBType; words?: number }>;

/** Bytes of the fixed columns; texts add their length, each attribute 4 for its key. */
const FIXED_BYTES = 96;

/** A column of fixed-size values. */
const fixed = (words: number) => new Uint32Array(CHUNK_ROWS * words);

/** Memory for one chunk, reused for all. */
export class SpanChunks {
  readonly #chunk = new RawChunk(Object.values(COLUMNS).map(({ type }) => type));
  readonly #fixed = {
    traceId: fixed(4),
    spanId: fixed(2),
    parentSpanId: fixed(2),
    flags: fixed(1),
    kind: fixed(1),
    start: fixed(2),
    end: fixed(2),
    droppedAttributes: fixed(1),
    droppedEvents: fixed(1),
    droppedLinks: fixed(1),
    statusCode: fixed(1),
    resourceId: fixed(1),
    scopeId: fixed(1),
    byteSize: fixed(1),
    block: fixed(1),
  };
  readonly #texts = {
    traceState: new TextColumn(),
    name: new TextColumn(),
    events: new TextColumn(),
    links: new TextColumn(),
    statusMessage: new TextColumn(),
    error: new TextColumn(),
  };
  readonly #entries = new Uint32Array(CHUNK_ROWS * ENTRY_WORDS);
  #attributeIds = new Uint32Array(CHUNK_ROWS * 16);
  readonly #attributeValues = new TextColumn(CHUNK_ROWS * 16);
  #attributes = 0;
  readonly #blocks: AttributeBlocks;
  readonly #onRow: (bytes: number) => void;

  /**
   * Tells `blocks` of each attribute and row that is appended, and `onRow` of each row about what it takes before
   * compression.
   */
  constructor(blocks: AttributeBlocks, onRow: (bytes: number) => void) {
    this.#blocks = blocks;
    this.#onRow = onRow;
  }

  /** Appends all spans of the batch; `sources` are its tables. Returns about what they take before compression, in bytes. */
  async append(
    connection: DuckDBConnection,
    batch: SpanBatch,
    sources: readonly SpanSource[],
  ): Promise<number> {
    if (batch.length === 0) return 0;
    let bytes = 0;
    await withAppender(connection, "spans", async (appender) => {
      for (let start = 0; start < batch.length; start += CHUNK_ROWS) {
        // Others wait for Node's thread: filling a chunk takes it for some milliseconds, and so does DuckDB.
        if (start > 0) await othersTurn();
        const rows = Math.min(CHUNK_ROWS, batch.length - start);
        this.#attributes = 0;
        for (const texts of Object.values(this.#texts)) texts.clearNulls();
        for (let row = 0; row < rows; row++) {
          const index = start + row;
          const source = sources[batch.tableOf[index] as number] as SpanSource;
          bytes += this.#set(row, source, batch.rowOf[index] as number);
        }
        this.#copy(rows);
        this.#chunk.appendTo(appender);
        await othersTurn();
        // The appender would gather all rows first, in memory beside DuckDB's own, and hand them on in one piece of 80 to 200 ms.
        appender.flushSync();
      }
    });
    return bytes;
  }

  /** Returns about how many bytes the row takes. */
  #set(row: number, source: SpanSource, from: number): number {
    const { words } = source.table;
    const numbers = this.#fixed;
    const texts = this.#texts;
    const at = from * SPAN_WORDS;
    const origin = words[at + SPAN_WORD.origin] as number;
    setUuid(numbers.traceId, row, words, at + SPAN_WORD.traceId);
    setId(numbers.spanId, row, words, at + SPAN_WORD.spanId);
    setId(numbers.parentSpanId, row, words, at + SPAN_WORD.parentSpanId);
    setTime(numbers.start, row, words, at + SPAN_WORD.start);
    setTime(numbers.end, row, words, at + SPAN_WORD.end);
    numbers.flags[row] = words[at + SPAN_WORD.flags] as number;
    numbers.kind[row] = words[at + SPAN_WORD.kind] as number;
    numbers.droppedAttributes[row] = words[at + SPAN_WORD.droppedAttributes] as number;
    numbers.droppedEvents[row] = words[at + SPAN_WORD.droppedEvents] as number;
    numbers.droppedLinks[row] = words[at + SPAN_WORD.droppedLinks] as number;
    numbers.statusCode[row] = words[at + SPAN_WORD.statusCode] as number;
    numbers.resourceId[row] = source.origins.resources[origin] as number;
    numbers.scopeId[row] = source.origins.scopes[origin] as number;
    let bytes = FIXED_BYTES + this.#setAttributes(row, source, at);
    bytes += setText(texts.name, row, source, at + SPAN_WORD.name);
    bytes += setText(texts.traceState, row, source, at + SPAN_WORD.traceState);
    bytes += setText(texts.statusMessage, row, source, at + SPAN_WORD.statusMessage);
    bytes += setExtract(texts.events, row, source, source.events.get(from));
    bytes += setExtract(texts.links, row, source, source.links.get(from));
    const hasMessage = words[at + SPAN_WORD.statusMessage + 1] !== 0;
    bytes +=
      words[at + SPAN_WORD.statusCode] === StatusCode.ERROR && hasMessage
        ? setText(texts.error, row, source, at + SPAN_WORD.statusMessage)
        : setExtract(texts.error, row, source, source.errors.get(from));
    numbers.byteSize[row] = bytes;
    numbers.block[row] = this.#blocks.endRow();
    this.#onRow(bytes);
    return bytes;
  }

  #setAttributes(row: number, source: SpanSource, at: number): number {
    const { attributes, words } = source.table;
    const first = words[at + SPAN_WORD.attributes] as number;
    const count = words[at + SPAN_WORD.attributes + 1] as number;
    this.#entries[row * ENTRY_WORDS] = this.#attributes;
    this.#entries[row * ENTRY_WORDS + 2] = count;
    this.#reserveAttributes(this.#attributes + count);
    let bytes = 4 * count;
    for (let index = first; index < first + count; index++) {
      const from = index * ATTRIBUTE_WORDS;
      const key = attributes[from] as number;
      const start = attributes[from + 1] as number;
      const to = this.#attributes++;
      const id = source.keyId(key);
      this.#attributeIds[to] = id;
      if (id === source.otherId) {
        const other = source.other(index);
        bytes += this.#setValue(to, id, other, 0, other.bytes.length);
      } else if (isScalar(key)) {
        bytes += this.#setValue(to, id, source.texts, start, attributes[from + 2] as number);
      } else {
        const extract = source.values[start] as Extract;
        bytes += this.#setValue(to, id, source.extra, extract.start, extract.length);
      }
    }
    return bytes;
  }

  #setValue(at: number, keyId: number, text: HeldText, start: number, length: number): number {
    this.#attributeValues.set(at, text, start, length);
    this.#blocks.add(keyId, this.#attributeValues.hashOf(at, text, start));
    return length;
  }

  #reserveAttributes(count: number): void {
    this.#attributeValues.reserve(count);
    if (count <= this.#attributeIds.length) return;
    const grown = new Uint32Array(Math.max(count, this.#attributeIds.length * 2));
    grown.set(this.#attributeIds);
    this.#attributeIds = grown;
  }

  #copy(rows: number): void {
    const chunk = this.#chunk;
    chunk.begin(rows);
    for (const [name, words] of Object.entries(this.#fixed)) {
      chunk.fill(placeOf(name), words, (words.length / CHUNK_ROWS) * rows);
    }
    for (const [name, texts] of Object.entries(this.#texts)) chunk.fillTexts(placeOf(name), texts, rows);
    chunk.fillList(placeOf("attributeIds"), this.#entries, rows, this.#attributeIds, 1, this.#attributes);
    chunk.fillList(
      placeOf("attributeValues"),
      this.#entries,
      rows,
      this.#attributeValues.words,
      TEXT_WORDS,
      this.#attributes,
    );
  }
}

const ORDER = Object.keys(COLUMNS);
const placeOf = (column: string) => ORDER.indexOf(column);

function setText(column: TextColumn, row: number, source: SpanSource, at: number): number {
  const length = source.table.words[at + 1] as number;
  column.set(row, source.texts, source.table.words[at] as number, length);
  return length;
}

/** NULL without one. */
function setExtract(
  column: TextColumn,
  row: number,
  source: SpanSource,
  extract: Extract | undefined,
): number {
  if (extract === undefined) {
    column.setNull(row);
    return 0;
  }
  column.set(row, source.extra, extract.start, extract.length);
  return extract.length;
}
