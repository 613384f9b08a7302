// One request's table of spans made ready to be stored: its texts lie where DuckDB reads them, keys and origins have
// their ids, and what is no plain text in the table (events, links, nested values) has become one.

import {
  type AnyValue,
  ATTRIBUTE_WORDS,
  eventToJson,
  KINDS,
  linkToJson,
  SPAN_WORD,
  SPAN_WORDS,
  type SpanEvent,
  type SpanTable,
  StatusCode,
  TextBuffer,
  ValueKind,
} from "@enterspan/otlp";
import { type KeyDraft, otherText } from "./key-dictionary.ts";
import type { HeldText, TextHolder } from "./raw-chunk.ts";
import { fromStored, type StoredType, toStored } from "./stored-value.ts";

/** A text in `SpanSource.extra`. */
export interface Extract {
  start: number;
  length: number;
}

/** Ids of a table's origins, by their index there. */
export interface OriginIdsOf {
  resources: readonly number[];
  scopes: readonly number[];
}

export class SpanSource {
  readonly table: SpanTable;
  readonly origins: OriginIdsOf;
  /** What the table's own texts name. */
  readonly texts: HeldText;
  /** What the texts made here name. */
  readonly extra: HeldText;
  readonly events = new Map<number, Extract>();
  readonly links = new Map<number, Extract>();
  /** Of spans that failed without a message of their status. */
  readonly errors = new Map<number, Extract>();
  /** By index in the table's `values`. */
  readonly values: Extract[];
  /** What `keyId` gives where a key has no id of its own; 0 before it does. */
  otherId = 0;
  readonly #keys: KeyDraft;
  readonly #keyIds: Uint32Array;
  readonly #holder: TextHolder;

  constructor(table: SpanTable, origins: OriginIdsOf, keys: KeyDraft, holder: TextHolder) {
    this.table = table;
    this.origins = origins;
    this.#keys = keys;
    this.#holder = holder;
    this.#keyIds = new Uint32Array(table.keys.list.length * KINDS);
    const extra = new TextBuffer();
    const add = (text: string): Extract => {
      const start = extra.length;
      extra.add(text);
      return { start, length: extra.length - start };
    };
    for (const [row, events] of table.events)
      this.events.set(row, add(JSON.stringify(events.map(eventToJson))));
    for (const [row, links] of table.links) this.links.set(row, add(JSON.stringify(links.map(linkToJson))));
    this.values = table.values.map((value) => add(toStored(value).text));
    for (let row = 0; row < table.rows; row++) {
      const at = row * SPAN_WORDS;
      if (table.words[at + SPAN_WORD.statusCode] !== StatusCode.ERROR) continue;
      if (table.words[at + SPAN_WORD.statusMessage + 1] !== 0) continue;
      this.errors.set(row, add(errorOf(table.events.get(row))));
    }
    this.texts = holder.hold(table.texts.bytes);
    this.extra = holder.hold(extra.bytes);
  }

  /** The stored id of a key word. */
  keyId(word: number): number {
    const known = this.#keyIds[word] as number;
    if (known !== 0) return known;
    const own = this.#keys.idOf("span", typeOf(word), this.#keyOf(word));
    if (own === undefined) this.otherId = this.#keys.otherId("span");
    const id = own ?? this.otherId;
    this.#keyIds[word] = id;
    return id;
  }

  /** The value of an attribute whose key has no id of its own, as it is stored. */
  other(attribute: number): HeldText {
    const { attributes, values } = this.table;
    const at = attribute * ATTRIBUTE_WORDS;
    const [word, start, length] = [attributes[at], attributes[at + 1], attributes[at + 2]] as [
      number,
      number,
      number,
    ];
    const value = isScalar(word)
      ? fromStored(typeOf(word), this.table.text(start, length))
      : (values[start] as AnyValue);
    return this.#holder.hold(UTF8.encode(otherText({ key: this.#keyOf(word), value })));
  }

  #keyOf(word: number): string {
    return this.table.keys.list[Math.floor(word / KINDS)] as string;
  }
}

const UTF8 = new TextEncoder();

const typeOf = (word: number) => STORED_TYPE[word % KINDS] as StoredType;

const STORED_TYPE: Readonly<Record<number, StoredType>> = {
  [ValueKind.EMPTY]: "e",
  [ValueKind.STRING]: "s",
  [ValueKind.BOOL]: "b",
  [ValueKind.INT]: "i",
  [ValueKind.DOUBLE]: "d",
  [ValueKind.ARRAY]: "a",
  [ValueKind.KVLIST]: "k",
  [ValueKind.BYTES]: "y",
};

/** Whether the table's texts hold the value, in the form in which it is stored. */
export function isScalar(keyWord: number): boolean {
  const kind = keyWord % KINDS;
  return kind >= ValueKind.STRING && kind <= ValueKind.DOUBLE;
}

/** What went wrong in a span that failed and has no message: the last exception's. */
function errorOf(events: readonly SpanEvent[] = []): string {
  const exception = events.findLast((event) => event.name === "exception");
  for (const wanted of ["exception.message", "exception.type"]) {
    const value = exception?.attributes.find(({ key }) => key === wanted)?.value;
    if (value && "stringValue" in value && value.stringValue) return value.stringValue;
  }
  return "error";
}
