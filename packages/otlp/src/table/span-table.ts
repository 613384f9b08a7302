// The spans of one request as a table of 32-bit words instead of objects: what a store copies into its own columns, at a
// fraction of the time and memory. Decoders fill it; what is in it is what the sender sent, unjudged.

import type { AnyValue, InstrumentationScope, KeyValue, Resource, SpanEvent, SpanLink } from "../types.ts";
import { KeyNames } from "./key-names.ts";
import { TextBuffer } from "./text-buffer.ts";

/** What a table is filled in; longer than needed. */
export interface TableMemory {
  words: Uint32Array<ArrayBuffer>;
  attributes: Uint32Array<ArrayBuffer>;
  texts: Uint8Array<ArrayBuffer>;
}

/**
 * Where a span's words are in its row. Ids are their bytes, the first byte highest: a trace id has four words, a span id
 * two, and zeros are none. Times are the low and the high word. A text is its place in `SpanTable.texts` and its length
 * in bytes. Attributes are the first one's number and how many there are.
 */
export const SPAN_WORD = {
  traceId: 0,
  spanId: 4,
  parentSpanId: 6,
  start: 8,
  end: 10,
  flags: 12,
  kind: 13,
  droppedAttributes: 14,
  droppedEvents: 15,
  droppedLinks: 16,
  statusCode: 17,
  name: 18,
  traceState: 20,
  statusMessage: 22,
  attributes: 24,
  origin: 26,
} as const;

/** Words of a row. */
export const SPAN_WORDS = 27;

/** Words of an attribute: its key, and where its text begins and how many bytes it has. */
export const ATTRIBUTE_WORDS = 3;

/** What kind of value an attribute has: the numbers of AnyValue's fields, 0 for the empty one. */
export const ValueKind = {
  EMPTY: 0,
  STRING: 1,
  BOOL: 2,
  INT: 3,
  DOUBLE: 4,
  ARRAY: 5,
  KVLIST: 6,
  BYTES: 7,
} as const;

/** A key word is the key's number times this plus the kind of its value. */
export const KINDS = 8;

/** Where some of the spans come from. */
export interface SpanOrigin {
  resource: Resource;
  resourceSchemaUrl: string;
  scope: InstrumentationScope;
  scopeSchemaUrl: string;
}

const UTF8 = new TextDecoder("utf-8", { ignoreBOM: true });

export class SpanTable {
  /** How many spans there are. */
  rows = 0;
  /** `SPAN_WORDS` for each span; may be longer than needed. */
  words: Uint32Array<ArrayBuffer>;
  attributeCount = 0;
  /** `ATTRIBUTE_WORDS` for each attribute; may be longer than needed. */
  attributes: Uint32Array<ArrayBuffer>;
  /** Names, messages and scalar values: decimal numbers, `true` and `false`. */
  readonly texts: TextBuffer;
  readonly keys: KeyNames;
  /** Values that are no scalars; their attribute has the index here in place of a text, and no length. */
  readonly values: AnyValue[];
  /** Of the few spans that have them, by row. */
  readonly events = new Map<number, SpanEvent[]>();
  readonly links = new Map<number, SpanLink[]>();
  readonly origins: SpanOrigin[];
  /** Rows that a receiver has refused, and that nobody shall store. */
  readonly refused = new Set<number>();

  /** An empty table, or one for rows that name what `whole` has: their attributes, texts and origins. */
  constructor(whole?: SpanTable, memory = emptyMemory()) {
    this.words = memory.words;
    this.attributes = whole?.attributes ?? memory.attributes;
    this.attributeCount = whole?.attributeCount ?? 0;
    this.texts = whole?.texts ?? new TextBuffer(memory.texts);
    this.keys = whole?.keys ?? new KeyNames();
    this.values = whole?.values ?? [];
    this.origins = whole?.origins ?? [];
  }

  /** Moves into memory as long as needed. Returns what it was filled in, which is another table's from now on. */
  settle(): TableMemory {
    const { words, attributes } = this;
    this.words = words.slice(0, this.rows * SPAN_WORDS);
    this.attributes = attributes.slice(0, this.attributeCount * ATTRIBUTE_WORDS);
    return { words, attributes, texts: this.texts.settle() };
  }

  /** The rows before `row`, and those from there on. Nothing is copied, so nothing may be added to any of the three. */
  split(row: number): [SpanTable, SpanTable] {
    return [this.#part(0, row), this.#part(row, this.rows)];
  }

  #part(from: number, to: number): SpanTable {
    const part = new SpanTable(this);
    part.rows = to - from;
    part.words = this.words.subarray(from * SPAN_WORDS, to * SPAN_WORDS);
    const isPart = (row: number) => row >= from && row < to;
    for (const [row, events] of this.events) if (isPart(row)) part.events.set(row - from, events);
    for (const [row, links] of this.links) if (isPart(row)) part.links.set(row - from, links);
    for (const row of this.refused) if (isPart(row)) part.refused.add(row - from);
    return part;
  }

  /**
   * Adds a row of zeros, of the origin added last; the attributes added until the next row are its own. Returns where its
   * words begin.
   */
  addRow(): number {
    const at = this.rows++ * SPAN_WORDS;
    if (at + SPAN_WORDS > this.words.length) this.words = grown(this.words);
    this.words.fill(0, at, at + SPAN_WORDS);
    this.words[at + SPAN_WORD.attributes] = this.attributeCount;
    this.words[at + SPAN_WORD.origin] = this.origins.length - 1;
    return at;
  }

  /** The text of a row, from its two words at `at`. */
  textAt(at: number): string {
    return this.text(this.words[at] as number, this.words[at + 1] as number);
  }

  /** Puts another text in the place of a row's, by its two words at `at`. */
  setText(at: number, text: string): void {
    const start = this.texts.length;
    this.texts.add(text);
    this.words[at] = start;
    this.words[at + 1] = this.texts.length - start;
  }

  text(start: number, length: number): string {
    return UTF8.decode(this.texts.bytes.subarray(start, start + length));
  }

  /** Adds the attribute whose text begins at `start` and ends where the texts end. */
  addScalar(key: number, kind: number, start: number): void {
    this.#addAttribute(key * KINDS + kind, start, this.texts.length - start);
  }

  addAttribute({ key, value }: KeyValue): void {
    const number = this.keys.ofText(key);
    const { texts } = this;
    const start = texts.length;
    if ("stringValue" in value) {
      texts.add(value.stringValue);
      this.addScalar(number, ValueKind.STRING, start);
    } else if ("boolValue" in value) {
      texts.add(value.boolValue ? "true" : "false");
      this.addScalar(number, ValueKind.BOOL, start);
    } else if ("intValue" in value) {
      texts.add(String(value.intValue));
      this.addScalar(number, ValueKind.INT, start);
    } else if ("doubleValue" in value) {
      texts.add(textOfDouble(value.doubleValue));
      this.addScalar(number, ValueKind.DOUBLE, start);
    } else {
      this.#addAttribute(number * KINDS + kindOf(value), this.values.push(value) - 1, 0);
    }
  }

  /** Texts as attributes that are nobody's yet: words for `append`, in this table alone. */
  textAttributes(texts: readonly (readonly [key: string, value: string])[]): Uint32Array {
    return Uint32Array.from(
      texts.flatMap(([key, value]) => {
        const start = this.texts.length;
        this.texts.add(value);
        return [this.keys.ofText(key) * KINDS + ValueKind.STRING, start, this.texts.length - start];
      }),
    );
  }

  /** Adds attributes to a row, whichever it is: its own move behind all others, and leave a gap. */
  append(row: number, attributes: Uint32Array): void {
    const at = row * SPAN_WORDS + SPAN_WORD.attributes;
    const first = (this.words[at] as number) * ATTRIBUTE_WORDS;
    const ownWords = (this.words[at + 1] as number) * ATTRIBUTE_WORDS;
    const to = this.attributeCount * ATTRIBUTE_WORDS;
    const end = to + ownWords + attributes.length;
    while (end > this.attributes.length) this.attributes = grown(this.attributes);
    this.attributes.copyWithin(to, first, first + ownWords);
    this.attributes.set(attributes, to + ownWords);
    this.words[at] = this.attributeCount;
    this.words[at + 1] = (ownWords + attributes.length) / ATTRIBUTE_WORDS;
    this.attributeCount = end / ATTRIBUTE_WORDS;
  }

  #addAttribute(key: number, text: number, length: number): void {
    const at = this.attributeCount++ * ATTRIBUTE_WORDS;
    if (at + ATTRIBUTE_WORDS > this.attributes.length) this.attributes = grown(this.attributes);
    this.attributes[at] = key;
    this.attributes[at + 1] = text;
    this.attributes[at + 2] = length;
    const count = (this.rows - 1) * SPAN_WORDS + SPAN_WORD.attributes + 1;
    this.words[count] = (this.words[count] as number) + 1;
  }
}

/** The shortest decimal that gives back the same double; the sign of a negative zero stays. */
export const textOfDouble = (value: number): string => (Object.is(value, -0) ? "-0" : String(value));

function kindOf(value: AnyValue): number {
  if ("arrayValue" in value) return ValueKind.ARRAY;
  if ("kvlistValue" in value) return ValueKind.KVLIST;
  return "bytesValue" in value ? ValueKind.BYTES : ValueKind.EMPTY;
}

export const emptyMemory = (): TableMemory => ({
  words: new Uint32Array(64 * SPAN_WORDS),
  attributes: new Uint32Array(512 * ATTRIBUTE_WORDS),
  texts: new Uint8Array(4096),
});

function grown(words: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const twice = new Uint32Array(words.length * 2);
  twice.set(words);
  return twice;
}
