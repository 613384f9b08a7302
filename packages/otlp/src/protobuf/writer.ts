// Writes protobuf's wire format into one growing buffer. Embedded messages are written in place and moved by the one
// to five bytes of their length afterwards, which is cheaper than measuring them first.

const UTF8 = new TextEncoder();

export class ProtobufWriter {
  #bytes = new Uint8Array(4096);
  #view = new DataView(this.#bytes.buffer);
  #at = 0;

  /** What has been written; the buffer is handed over, write nothing afterwards. */
  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#at);
  }

  /** A field of wire type 2 whose content `write` writes. */
  message(tag: number, write: () => void): void {
    this.#varint32(tag);
    const start = this.#at;
    write();
    const length = this.#at - start;
    const room =
      length < 0x80 ? 1 : length < 0x4000 ? 2 : length < 0x200000 ? 3 : length < 0x10000000 ? 4 : 5;
    this.#reserve(room);
    this.#bytes.copyWithin(start + room, start, this.#at);
    this.#at = start;
    this.#varint32(length);
    this.#at = start + room + length;
  }

  string(tag: number, text: string): void {
    if (text !== "") this.presentString(tag, text);
  }

  /** Written even when empty: inside a oneof, an empty text differs from none. */
  presentString(tag: number, text: string): void {
    this.presentBytes(tag, UTF8.encode(text));
  }

  presentBytes(tag: number, bytes: Uint8Array): void {
    this.#varint32(tag);
    this.#varint32(bytes.length);
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  /** Hex digits as bytes; "" writes nothing. */
  id(tag: number, hex: string): void {
    if (hex === "") return;
    const bytes = new Uint8Array(hex.length / 2);
    for (let at = 0; at < bytes.length; at++) bytes[at] = Number.parseInt(hex.slice(at * 2, at * 2 + 2), 16);
    this.presentBytes(tag, bytes);
  }

  uint32(tag: number, value: number): void {
    if (value === 0) return;
    this.#varint32(tag);
    this.#varint32(value);
  }

  /** Enums: negative numbers take ten bytes, as in every protobuf encoder. */
  int32(tag: number, value: number): void {
    if (value >= 0) this.uint32(tag, value);
    else this.presentInt64(tag, BigInt(value));
  }

  presentInt64(tag: number, value: bigint): void {
    this.#varint32(tag);
    let rest = BigInt.asUintN(64, value);
    this.#reserve(10);
    while (rest > 127n) {
      this.#bytes[this.#at++] = Number(rest & 127n) | 128;
      rest >>= 7n;
    }
    this.#bytes[this.#at++] = Number(rest);
  }

  presentBool(tag: number, value: boolean): void {
    this.#varint32(tag);
    this.#varint32(value ? 1 : 0);
  }

  fixed64(tag: number, value: bigint): void {
    if (value === 0n) return;
    this.#varint32(tag);
    this.#reserve(8);
    this.#view.setBigUint64(this.#at, value, true);
    this.#at += 8;
  }

  fixed32(tag: number, value: number): void {
    if (value === 0) return;
    this.#varint32(tag);
    this.#reserve(4);
    this.#view.setUint32(this.#at, value, true);
    this.#at += 4;
  }

  presentDouble(tag: number, value: number): void {
    this.#varint32(tag);
    this.#reserve(8);
    this.#view.setFloat64(this.#at, value, true);
    this.#at += 8;
  }

  #varint32(value: number): void {
    this.#reserve(5);
    let rest = value >>> 0;
    while (rest > 127) {
      this.#bytes[this.#at++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    this.#bytes[this.#at++] = rest;
  }

  #reserve(count: number): void {
    if (this.#at + count <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#at + count));
    larger.set(this.#bytes);
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}
