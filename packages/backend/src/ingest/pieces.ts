// A body as it comes, piece by piece. Small pieces are copied together: one of a single byte, as chunked encoding allows,
// is an object of hundreds. Of a body whose length is told all are, so that what they lay in is free at once.

/** Larger pieces are kept as they are, where no memory was made for them beforehand. */
const SMALL_BYTES = 4_096;
const SLAB_BYTES = 65_536;

/** What memory is made for beforehand at most; exporters' usual batches are smaller. */
const TOLD_BYTES = 1024 * 1024;

export class Pieces {
  readonly #told: number;
  readonly #parts: Uint8Array[] = [];
  /** What is free of the memory that pieces go to. */
  #slab: Uint8Array = new Uint8Array();
  /** Whether the last part is of the slab, right before what is free. */
  #isOpen = false;
  length = 0;

  /** `told` is the length that the body is said to have, 0 where it is not. */
  constructor(told = 0) {
    this.#told = told <= TOLD_BYTES ? told : 0;
  }

  /** Returns how much memory it has taken. */
  add(piece: Uint8Array): number {
    const isFirst = this.length === 0;
    this.length += piece.length;
    if (isFirst && piece.length < this.#told) {
      this.#slab = Buffer.allocUnsafeSlow(this.#told);
      this.#copy(piece);
      return this.#told;
    }
    if (piece.length <= this.#slab.length) {
      this.#copy(piece);
      return this.length <= this.#told ? 0 : piece.length;
    }
    if (piece.length > SMALL_BYTES) {
      this.#parts.push(piece);
      this.#isOpen = false;
    } else {
      this.#slab = new Uint8Array(SLAB_BYTES);
      this.#isOpen = false;
      this.#copy(piece);
    }
    return piece.length;
  }

  whole(): Uint8Array {
    return this.#parts.length === 1 ? (this.#parts[0] as Uint8Array) : Buffer.concat(this.#parts);
  }

  #copy(piece: Uint8Array): void {
    this.#slab.set(piece);
    const last = this.#isOpen ? (this.#parts.pop() as Uint8Array) : this.#slab.subarray(0, 0);
    this.#parts.push(new Uint8Array(last.buffer, last.byteOffset, last.length + piece.length));
    this.#slab = this.#slab.subarray(piece.length);
    this.#isOpen = true;
  }
}
