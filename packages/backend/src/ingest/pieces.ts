// A body as it comes, piece by piece. Small pieces are copied together: one of a single byte, as chunked encoding allows,
// is an object of hundreds.

/** Larger pieces are kept as they are. */
const SMALL_BYTES = 4_096;
const SLAB_BYTES = 65_536;

export class Pieces {
  readonly #parts: Uint8Array[] = [];
  /** What is free of the memory that small pieces go to. */
  #slab: Uint8Array = new Uint8Array();
  /** Whether the last part is of the slab, right before what is free. */
  #isOpen = false;
  length = 0;

  add(piece: Uint8Array): void {
    this.length += piece.length;
    if (piece.length > SMALL_BYTES) {
      this.#parts.push(piece);
      this.#isOpen = false;
      return;
    }
    if (piece.length > this.#slab.length) {
      this.#slab = new Uint8Array(SLAB_BYTES);
      this.#isOpen = false;
    }
    this.#slab.set(piece);
    const last = this.#isOpen ? (this.#parts.pop() as Uint8Array) : this.#slab.subarray(0, 0);
    this.#parts.push(new Uint8Array(last.buffer, last.byteOffset, last.length + piece.length));
    this.#slab = this.#slab.subarray(piece.length);
    this.#isOpen = true;
  }

  whole(): Uint8Array {
    return this.#parts.length === 1 ? (this.#parts[0] as Uint8Array) : Buffer.concat(this.#parts);
  }
}
