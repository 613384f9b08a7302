// Texts that occur again and again (keys, span names) are made once: bytes → the same string each time.
import { type JsonCursor, textOf } from "./json-cursor.ts";

interface Known {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Slots; a power of two. Names and keys of one trace are a few hundred, values that repeat some more. */
const SLOTS = 16_384;

export class Interner {
  readonly #cursor: Pick<JsonCursor, "bytes">;
  readonly #known = new Array<Known | undefined>(SLOTS);

  /** Texts lie in the cursor's bytes. */
  constructor(cursor: Pick<JsonCursor, "bytes">) {
    this.#cursor = cursor;
  }

  /** Where two texts want the same slot, the later one takes it: right all the same, only not made once. */
  text(start: number, end: number): string {
    const slot = this.#hash(start, end);
    const known = this.#known[slot];
    if (known !== undefined && this.#isSame(known, start, end)) return known.text;
    const text = textOf(this.#cursor.bytes, start, end);
    this.#known[slot] = { text, start, end };
    return text;
  }

  /** Of length and four bytes: what is alike in those is told apart by comparing, and that is done anyway. */
  #hash(start: number, end: number): number {
    const { bytes } = this.#cursor;
    let hash = (end - start) ^ ((bytes[start] as number) << 5);
    hash = Math.imul(hash ^ (bytes[(start + end) >> 1] as number), 0x01000193);
    hash = Math.imul(hash ^ (bytes[end - 2] as number), 0x01000193);
    hash = Math.imul(hash ^ (bytes[end - 1] as number), 0x01000193);
    return (hash ^ (hash >>> 16)) & (SLOTS - 1);
  }

  #isSame(known: Known, start: number, end: number): boolean {
    if (known.end - known.start !== end - start) return false;
    const { bytes } = this.#cursor;
    for (let at = known.start, other = start; at < known.end; at++, other++) {
      if (bytes[at] !== bytes[other]) return false;
    }
    return true;
  }
}
