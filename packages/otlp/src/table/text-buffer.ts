// Texts one after the other in one piece of memory, as UTF-8: a text is where it begins and how many bytes it has. A
// store can copy the whole of it at once.

const ENCODER = new TextEncoder();

/** The most bytes that one UTF-16 code unit becomes. */
const BYTES_PER_UNIT = 3;

/** Up to here a loop is faster than a call of the encoder. */
const SHORT_TEXT = 48;

export class TextBuffer {
  #bytes: Uint8Array<ArrayBuffer>;
  #length = 0;

  /** `memory` is what it is filled in at first. */
  constructor(memory = new Uint8Array(4096)) {
    this.#bytes = memory;
  }

  /** Moves into memory as long as needed. Returns what it was filled in. */
  settle(): Uint8Array<ArrayBuffer> {
    const filled = this.#bytes;
    this.#bytes = filled.slice(0, this.#length);
    return filled;
  }

  /** Bytes so far: where the next text begins. */
  get length(): number {
    return this.#length;
  }

  /** What has been written. A view, good until the next text is added. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Copies bytes that shall be UTF-8; false when some are beyond ASCII, so that the caller must look. */
  copy(from: Uint8Array, start: number, length: number): boolean {
    this.#reserve(length);
    const to = this.#bytes;
    const shift = this.#length - start;
    let seen = 0;
    for (let at = start; at < start + length; at++) {
      const byte = from[at] as number;
      seen |= byte;
      to[at + shift] = byte;
    }
    this.#length += length;
    return seen < 128;
  }

  add(text: string): void {
    this.#reserve(text.length * BYTES_PER_UNIT);
    const to = this.#bytes;
    let at = this.#length;
    if (text.length <= SHORT_TEXT) {
      let index = 0;
      for (; index < text.length; index++) {
        const unit = text.charCodeAt(index);
        if (unit > 127) break;
        to[at++] = unit;
      }
      if (index === text.length) {
        this.#length = at;
        return;
      }
    }
    this.#length += ENCODER.encodeInto(text, to.subarray(this.#length)).written;
  }

  /** Adds a whole number below 2^53 in decimal. */
  addNumber(value: number): void {
    if (value < 0 || value > 0x7fffffff) {
      this.add(String(value));
      return;
    }
    this.#reserve(10);
    let digits = 1;
    for (let bound = 10; digits < 10 && value >= bound; bound *= 10) digits++;
    let rest = value;
    for (let at = this.#length + digits - 1; at >= this.#length; at--) {
      const tenth = (rest / 10) | 0;
      this.#bytes[at] = 48 + rest - tenth * 10;
      rest = tenth;
    }
    this.#length += digits;
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}
