// How many bytes a program hands to a binding or gets from it, without reading any.
import { utf8Length } from "../text.ts";
import { streamLength } from "./stream-length.ts";

/** Bytes, where they can be known without reading a stream or serialising again what was parsed. */
export function sizeOf(value: unknown): number | undefined {
  if (typeof value === "string") return utf8Length(value);
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return value.byteLength;
  if (value instanceof Blob) return value.size;
  return value instanceof ReadableStream ? streamLength(value) : undefined;
}
