// Goes once over the bytes of a JSON text whose shape its caller knows, without making objects of them. What is spelled in
// a way that senders do not use is an UnusualJsonError, well-formed or not: JSON.parse is for that. Which members a message
// has is left to table/from-json-bytes.ts.

import { MAX_VALUE_DEPTH } from "../error.ts";
import type { KeyNames } from "../table/key-names.ts";
import { textOfDouble } from "../table/span-table.ts";
import type { TextBuffer } from "../table/text-buffer.ts";
import { setTimeOfParts } from "../table/words.ts";
import type { MemberNames } from "./member-names.ts";
import { digitsEnd, integerEnd, isShortest, MINUS, numberEnd, valueOfDigits } from "./number-bytes.ts";
import { parseText, textOf } from "./text.ts";

/** Thrown for all that is not read here. Says nothing of what is wrong, or whether anything is. */
export class UnusualJsonError extends Error {
  override readonly name = "UnusualJsonError";
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const SPACE = 0x20;

/** What a container opens with; it closes with the byte `CLOSING` after that. */
export const ARRAY = 0x5b;
export const OBJECT = 0x7b;
const CLOSING = 2;

/** A value's list of pairs is four brackets deep: those of the value, the list, the array and the pair. */
const MAX_BRACKETS = 4 * MAX_VALUE_DEPTH;

/** An int64 holds as many, whatever they are. */
const INT64_DIGITS = 18;

/** Seconds and nine digits of nanoseconds. */
const NANOS_DIGITS = 19;

const TRUE = new TextEncoder().encode("true");
const FALSE = new TextEncoder().encode("false");

/** The value of a hex digit by its code, and `NO_DIGIT` for all that is none. */
const NO_DIGIT = 0x10;
const HEX_DIGIT = new Uint8Array(256).fill(NO_DIGIT);
for (const digit of "0123456789abcdefABCDEF") HEX_DIGIT[digit.charCodeAt(0)] = Number.parseInt(digit, 16);

export class JsonCursor {
  readonly #bytes: Uint8Array;
  #at = 0;

  /** `bytes` are UTF-8. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Where the cursor is, for `back`. */
  get position(): number {
    return this.#at;
  }

  back(position: number): void {
    this.#at = position;
  }

  /** Enters an array or object, and says whether anything is in it. */
  enter(container: typeof ARRAY | typeof OBJECT): boolean {
    this.#expect(container);
    if (this.#next() !== container + CLOSING) return true;
    this.#at++;
    return false;
  }

  /** Goes on after an item or member, and says whether there is another; if not, the cursor is after the container. */
  more(container: typeof ARRAY | typeof OBJECT): boolean {
    const byte = this.#next();
    this.#at++;
    if (byte === COMMA) return true;
    if (byte === container + CLOSING) return false;
    throw new UnusualJsonError();
  }

  /** The number of the member whose name and colon are here. */
  member(names: MemberNames): number {
    this.#expect(QUOTE);
    const name = names.at(this.#bytes, this.#at);
    if (name === undefined) throw new UnusualJsonError();
    this.#at += name.bytes.length;
    this.#expect(COLON);
    return name.number;
  }

  /** White space may follow, and nothing else. */
  end(): void {
    this.#next();
    if (this.#at < this.#bytes.length) throw new UnusualJsonError();
  }

  text(): string {
    this.#expect(QUOTE);
    const start = this.#at;
    this.#textEnd();
    return this.#unescaped(start);
  }

  /** Copies a text. */
  textInto(texts: TextBuffer): void {
    this.#expect(QUOTE);
    const start = this.#at;
    const end = this.#textEnd();
    if (end >= 0) texts.copy(this.#bytes, start, end - start);
    else texts.add(this.#unescaped(start));
  }

  /** A text as its number among `names`; -1 for one with escapes. */
  nameIn(names: KeyNames): number {
    this.#expect(QUOTE);
    const start = this.#at;
    const end = this.#textEnd();
    if (end < 0) return -1;
    return names.ofBytes(this.#bytes, start, end - start, () => this.#unescaped(start));
  }

  /** An id of `digits` hex digits as words, which an empty one leaves. */
  idInto(words: Uint32Array, to: number, digits: 16 | 32): void {
    this.#expect(QUOTE);
    const bytes = this.#bytes;
    const start = this.#at;
    this.#at = start + 1;
    if (bytes[start] === QUOTE) return;
    const end = start + digits;
    let seen = 0;
    for (let at = start; at < end; to++) {
      let word = 0;
      for (const next = at + 8; at < next; at++) {
        const digit = HEX_DIGIT[bytes[at] as number] as number;
        seen |= digit;
        word = (word << 4) | digit;
      }
      words[to] = word;
    }
    if (seen >= NO_DIGIT || bytes[end] !== QUOTE) throw new UnusualJsonError();
    this.#at = end + 1;
  }

  /** Nanoseconds as decimal text, which of 19 digits are below 2^64. */
  nanosInto(words: Uint32Array, to: number): void {
    this.#expect(QUOTE);
    const bytes = this.#bytes;
    const start = this.#at;
    const end = digitsEnd(bytes, start);
    if (end === start || end - start > NANOS_DIGITS || bytes[end] !== QUOTE) throw new UnusualJsonError();
    const nanos = Math.max(start, end - 9);
    setTimeOfParts(words, to, valueOfDigits(bytes, start, nanos), valueOfDigits(bytes, nanos, end));
    this.#at = end + 1;
  }

  /** A whole number; beyond 2^53 a double near it. */
  integer(): number {
    const isNegative = this.#next() === MINUS;
    const start = this.#at;
    const end = integerEnd(this.#bytes, start);
    if (end === start) throw new UnusualJsonError();
    this.#at = end;
    return isNegative ? -valueOfDigits(this.#bytes, start + 1, end) : valueOfDigits(this.#bytes, start, end);
  }

  /** Copies an int64, as a number or as text. False, and nothing copied, where BigInt may write it otherwise. */
  integerInto(texts: TextBuffer): boolean {
    const isText = this.#next() === QUOTE;
    const start = isText ? this.#at + 1 : this.#at;
    const end = integerEnd(this.#bytes, start);
    if (end === start || end - start > INT64_DIGITS) return false;
    if (isText && this.#bytes[end] !== QUOTE) return false;
    texts.copy(this.#bytes, start, end - start);
    this.#at = isText ? end + 1 : end;
    return true;
  }

  /** Adds a number's text as JavaScript writes that double. False, and nothing added, where it is no number. */
  doubleInto(texts: TextBuffer): boolean {
    this.#next();
    const start = this.#at;
    const end = numberEnd(this.#bytes, start);
    if (end === start) return false;
    if (isShortest(this.#bytes, start, end)) texts.copy(this.#bytes, start, end - start);
    else texts.add(textOfDouble(Number(textOf(this.#bytes.subarray(start, end), true))));
    this.#at = end;
    return true;
  }

  boolean(): boolean {
    const isTrue = this.#next() === TRUE[0];
    const word = isTrue ? TRUE : FALSE;
    for (let at = 0; at < word.length; at++) {
      if (this.#bytes[this.#at++] !== word[at]) throw new UnusualJsonError();
    }
    return isTrue;
  }

  /** The array or object here as JSON.parse makes it. */
  container(): unknown {
    this.#next();
    const bytes = this.#bytes;
    const start = this.#at;
    let at = start;
    let depth = 0;
    let seen = 0;
    do {
      if (at >= bytes.length) throw new UnusualJsonError();
      const byte = bytes[at++] as number;
      seen |= byte;
      if (byte === QUOTE) {
        for (; at < bytes.length && bytes[at] !== QUOTE; at++) {
          seen |= bytes[at] as number;
          if (bytes[at] === BACKSLASH) at++;
        }
        at++;
      } else if (byte === ARRAY || byte === OBJECT) {
        if (++depth > MAX_BRACKETS) throw new UnusualJsonError();
      } else if (byte === ARRAY + CLOSING || byte === OBJECT + CLOSING) depth--;
    } while (depth > 0);
    this.#at = at;
    return this.#parsed(start, seen < 128);
  }

  /** The text that starts at `start` and ends at the cursor; its quotes are around these. */
  #unescaped(start: number): string {
    return (this.#parsed(start - 1, false) as string).toWellFormed();
  }

  #parsed(start: number, isAscii: boolean): unknown {
    try {
      return parseText(textOf(this.#bytes.subarray(start, this.#at), isAscii));
    } catch {
      throw new UnusualJsonError();
    }
  }

  #expect(byte: number): void {
    if (this.#next() !== byte) throw new UnusualJsonError();
    this.#at++;
  }

  /** Moves over white space, and returns the byte after it; -1 at the end. */
  #next(): number {
    const bytes = this.#bytes;
    while (this.#at < bytes.length) {
      const byte = bytes[this.#at] as number;
      if (byte > SPACE || !isSpace(byte)) return byte;
      this.#at++;
    }
    return -1;
  }

  /** Moves behind the text that the cursor is in, and returns where it ends; -1 for one with escapes. */
  #textEnd(): number {
    const bytes = this.#bytes;
    let at = this.#at;
    let byte = bytes[at] as number;
    while (byte >= SPACE && byte !== QUOTE && byte !== BACKSLASH) byte = bytes[++at] as number;
    if (byte === QUOTE) {
      this.#at = at + 1;
      return at;
    }
    if (byte !== BACKSLASH) throw new UnusualJsonError();
    for (; at < bytes.length && bytes[at] !== QUOTE; at++) if (bytes[at] === BACKSLASH) at++;
    this.#at = at + 1;
    return -1;
  }
}

/** Of the bytes up to a space. */
const isSpace = (byte: number): boolean => byte === SPACE || byte === 0x0a || byte === 0x0d || byte === 0x09;
