// Text as the runtime's API takes it: any value but a Symbol has a string form, and sizes are counted in UTF-8.
import { attempt } from "./attempt.ts";

/** As the runtime converts an argument: `String(value)`, except that a Symbol is a TypeError. */
export function toText(value: unknown): string {
  return typeof value === "string" ? value : `${value as string}`;
}

/** The string form of any value, or `otherwise` where it has none or its own code throws. */
export function safeText(value: unknown, otherwise: string): string {
  return attempt(() => String(value)) ?? otherwise;
}

/** Bytes of `text` in UTF-8; a lone surrogate counts as the 3 bytes of the character that replaces it. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    bytes += unit < 0x800 ? 1 : 2;
    if (unit >= 0xd800 && unit < 0xdc00 && isLowSurrogate(text.charCodeAt(i + 1))) {
      // A pair is 4 bytes for 2 units: 2 counted by length, 2 just added, and its second unit adds none.
      i++;
    }
  }
  return bytes;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** The first `length` UTF-16 units of `text`, as a text of its own: what `slice` gives keeps all of `text` alive. */
export function cut(text: string, length: number): string {
  return text.length <= length ? text : decoder.decode(encoder.encode(text.slice(0, Math.max(0, length))));
}

/** The longest prefix of `text` of at most `maxBytes` bytes of UTF-8 that splits no character. */
export function cutUtf8(text: string, maxBytes: number): string {
  if (text.length * 3 <= maxBytes) return text;
  if (text.length <= maxBytes && utf8Length(text) <= maxBytes) return text;
  const bytes = new Uint8Array(maxBytes);
  const { written } = encoder.encodeInto(text, bytes);
  return decoder.decode(bytes.subarray(0, written));
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}
