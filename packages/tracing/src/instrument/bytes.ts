// The bytes that a program hands to a binding or gets from it: how many they are, without reading a stream.
import { utf8Length } from "../text.ts";
import { streamLength } from "./stream-length.ts";

/** Bytes, where they can be known without reading a stream or serialising again what was parsed. */
export function sizeOf(value: unknown): number | undefined {
  if (typeof value === "string") return utf8Length(value);
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return value.byteLength;
  if (value instanceof Blob) return value.size;
  return value instanceof ReadableStream ? streamLength(value) : undefined;
}

/** The same memory, as bytes. */
export function bytesOf(source: ArrayBuffer | ArrayBufferView): Uint8Array {
  return ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source);
}
