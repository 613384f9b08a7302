// Reads protobuf's wire format with every bound checked: a length, a varint or a tag that points outside its message
// is an OtlpDecodeError, never a read beyond it. Which tag means what is left to values.ts, spans.ts and logs.ts.

import { hexOf } from "../bytes.ts";
import { MAX_ELEMENTS, MAX_VALUE_DEPTH, OtlpDecodeError, OtlpTooLargeError } from "../error.ts";
import type { KeyNames } from "../table/key-names.ts";
import type { TextBuffer } from "../table/text-buffer.ts";

/** Strings up to this many bytes are tried as ASCII first, which is faster than TextDecoder's call. */
const SHORT_STRING = 32;

export class ProtobufReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  #at = 0;
  /** End of the message being read. */
  #limit: number;
  #elements = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#limit = bytes.byteLength;
  }

  /** Whether the current message has another field. */
  more(): boolean {
    return this.#at < this.#limit;
  }

  /** Where the cursor is, for `back`. */
  get position(): number {
    return this.#at;
  }

  /** Where the current message ends. */
  get end(): number {
    return this.#limit;
  }

  /** Returns to an earlier `position` of the current message. */
  back(position: number): void {
    this.#at = position;
  }

  /** Enters the embedded message at the cursor; hand the result to `leave` once `more()` is false. */
  enter(): number {
    const length = this.#length();
    const outer = this.#limit;
    this.#limit = this.#at + length;
    return outer;
  }

  /** Enters the message at the cursor as one more element of a repeated field; `leave` as after `enter`. */
  enterElement(): number {
    this.countElement();
    return this.enter();
  }

  /** @throws OtlpTooLargeError for the one too many. */
  countElement(): void {
    if (++this.#elements > MAX_ELEMENTS) throw new OtlpTooLargeError();
  }

  leave(outer: number): void {
    this.#limit = outer;
  }

  /** Field number times eight plus wire type. */
  tag(): number {
    const start = this.#at;
    const tag = this.#varint32();
    if (tag >>> 3 === 0) throw this.fault("field number 0 does not exist", start);
    const size = this.#at - start;
    // The fifth byte is the last, and only four bits of it are left.
    if (size > 5 || (size === 5 && (this.#bytes[start + 4] as number) > 15))
      throw this.fault("a tag has more than 32 bits", start);
    return tag;
  }

  /** Steps over a field nobody reads. */
  skip(tag: number): void {
    switch (tag & 7) {
      case 0:
        this.#varintEnd();
        return;
      case 1:
        this.#take(8);
        return;
      case 2:
        this.#take(this.#length());
        return;
      case 3:
        this.#skipGroup(tag);
        return;
      case 5:
        this.#take(4);
        return;
      default:
        throw this.fault(`wire type ${tag & 7} does not exist here`);
    }
  }

  /** Over a group of proto2, which old senders may still have as an unknown field; groups may lie in it. */
  #skipGroup(tag: number): void {
    const start = this.#at;
    const open = [tag];
    for (let inner = open[0]; inner !== undefined; inner = open.at(-1)) {
      if (!this.more()) throw this.fault("a group has no end", start);
      const next = this.tag();
      if ((next & 7) === 3) open.push(next);
      else if (next === inner + 1) open.pop();
      else this.skip(next);
      if (open.length > MAX_VALUE_DEPTH)
        throw this.fault(`groups nest deeper than ${MAX_VALUE_DEPTH}`, start);
    }
  }

  uint32(): number {
    return this.#varint32();
  }

  /** An enum or int32: the low 32 bits, signed. */
  int32(): number {
    return this.#varint32() | 0;
  }

  bool(): boolean {
    return this.#varint64() !== 0n;
  }

  int64(): bigint {
    return BigInt.asIntN(64, this.#varint64());
  }

  fixed64(): bigint {
    return this.#view.getBigUint64(this.#take(8), true);
  }

  fixed32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  double(): number {
    return this.#view.getFloat64(this.#take(8), true);
  }

  /** A copy, since the request's buffer may be reused. Not `slice`: that of Node's Buffer is a view. */
  bytes(): Uint8Array {
    const length = this.#length();
    const start = this.#take(length);
    return new Uint8Array(this.#bytes.subarray(start, start + length));
  }

  /** An id of exactly `size` bytes as hex, or "" for an empty one. */
  id(size: 8 | 16): string {
    const start = this.#at;
    const length = this.#length();
    if (length !== size && length !== 0)
      throw this.fault(`expected an id of ${size} bytes, got ${length}`, start);
    const at = this.#take(length);
    return hexOf(this.#bytes, at, at + length);
  }

  string(): string {
    const length = this.#length();
    const start = this.#take(length);
    if (length <= SHORT_STRING) {
      let text = "";
      let at = start;
      for (; at < start + length; at++) {
        const byte = this.#bytes[at] as number;
        if (byte > 127) break;
        text += String.fromCharCode(byte);
      }
      if (at === start + length) return text;
    }
    return this.#decode(start, length);
  }

  /** `id` as big-endian words, which an empty one leaves. */
  idInto(words: Uint32Array, at: number, size: 8 | 16): void {
    const start = this.#at;
    const length = this.#length();
    if (length !== size && length !== 0)
      throw this.fault(`expected an id of ${size} bytes, got ${length}`, start);
    const from = this.#take(length);
    for (let word = 0; word < size / 4; word++) {
      words[at + word] = length === 0 ? 0 : this.#view.getUint32(from + word * 4);
    }
  }

  /** `fixed64` as its low and its high word. */
  fixed64Into(words: Uint32Array, at: number): void {
    const from = this.#take(8);
    words[at] = this.#view.getUint32(from, true);
    words[at + 1] = this.#view.getUint32(from + 4, true);
  }

  /** `string` without making one. */
  textInto(texts: TextBuffer): void {
    const length = this.#length();
    const start = this.#take(length);
    if (!texts.copy(this.#bytes, start, length)) this.#decode(start, length);
  }

  /** `string` as its number among `names`. */
  nameIn(names: KeyNames): number {
    const length = this.#length();
    const start = this.#take(length);
    return names.ofBytes(this.#bytes, start, length, () => this.#decode(start, length));
  }

  /** `int64` where it is not negative and below 2^49; else -1, with the cursor where it was. */
  smallInteger(): number {
    const start = this.#at;
    let value = 0;
    let unit = 1;
    for (let count = 0; count < 7; count++) {
      const byte = this.#byte();
      value += (byte & 127) * unit;
      if (byte < 128) return value;
      unit *= 128;
    }
    this.#at = start;
    return -1;
  }

  fault(problem: string, offset = this.#at): OtlpDecodeError {
    return new OtlpDecodeError(problem, "", offset);
  }

  #decode(start: number, length: number): string {
    try {
      return this.#utf8.decode(this.#bytes.subarray(start, start + length));
    } catch {
      throw this.fault("text is not valid UTF-8", start);
    }
  }

  /** Moves over `count` bytes and returns where they start. */
  #take(count: number): number {
    const start = this.#at;
    if (count > this.#limit - start)
      throw this.fault(`needs ${count} bytes, the message has ${this.#limit - start} left`);
    this.#at = start + count;
    return start;
  }

  #length(): number {
    const start = this.#at;
    const length = this.#varint32();
    if (length > this.#limit - this.#at) {
      throw this.fault(
        `length ${length} reaches beyond its message, which has ${this.#limit - this.#at} bytes left`,
        start,
      );
    }
    return length;
  }

  #byte(): number {
    if (this.#at >= this.#limit) throw this.fault("a varint is cut off");
    return this.#bytes[this.#at++] as number;
  }

  /** The low 32 bits of a varint, unsigned. */
  #varint32(): number {
    const first = this.#byte();
    if (first < 128) return first;
    let value = first & 127;
    for (let shift = 7; shift < 35; shift += 7) {
      const byte = this.#byte();
      value |= (byte & 127) << shift;
      if (byte < 128) return value >>> 0;
    }
    this.#at -= 5;
    return Number(this.#varint64() & 0xffffffffn);
  }

  #varint64(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#byte();
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return BigInt.asUintN(64, value);
    }
    throw this.fault("a varint is longer than 10 bytes");
  }

  #varintEnd(): void {
    for (let count = 0; count < 10; count++) if (this.#byte() < 128) return;
    throw this.fault("a varint is longer than 10 bytes");
  }
}
