// What an attribute counts against its span's limit of 64 KiB: the UTF-8 of its key and of its text, 8 for anything else.
// Counting UTF-8 costs as much as keeping the attribute, so it is done only where it may matter.
import type { AttributeValue } from "./span-record.ts";
import { utf8Length } from "./text.ts";

/** A UTF-16 unit takes three bytes of UTF-8 at most. */
const MOST_BYTES_A_UNIT = 3;

/** Bytes of a value: text in UTF-8, anything else 8, an array what its items count. */
export function bytesOfValue(value: AttributeValue): number {
  if (typeof value === "string") return utf8Length(value);
  if (typeof value !== "object") return 8;
  return value.reduce<number>((sum, item) => sum + bytesOfValue(item), 0);
}

/** What key and value together cannot exceed, without looking at their text. */
export function mostBytesOf(key: string, value: AttributeValue): number {
  if (typeof value === "string") return MOST_BYTES_A_UNIT * (key.length + value.length);
  if (typeof value !== "object") return MOST_BYTES_A_UNIT * key.length + 8;
  return MOST_BYTES_A_UNIT * key.length + bytesOfValue(value);
}
