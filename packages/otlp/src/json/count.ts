// Counts what is in a JSON text before JSON.parse makes objects of it: a text of millions of `{}` is small, what it
// becomes is not. Whether the text is JSON at all is left to JSON.parse.

import { MAX_ELEMENTS, OtlpTooLargeError } from "../error.ts";

/** Members and nested values that come with an element, on average at most; a span has about 20, an attribute 4. */
const PARTS_PER_ELEMENT = 8;

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/**
 * About 1 ms for 1 MiB. Returns whether all bytes are ASCII.
 *
 * @throws OtlpTooLargeError beyond `MAX_ELEMENTS` items of arrays in all.
 */
export function checkElements(bytes: Uint8Array): boolean {
  const isArray: boolean[] = [];
  let elements = 0;
  let parts = 0;
  let seen = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    seen |= byte;
    switch (byte) {
      case QUOTE:
        for (at++; at < bytes.length && bytes[at] !== QUOTE; at++) {
          seen |= bytes[at] as number;
          if (bytes[at] === BACKSLASH) at++;
        }
        continue;
      case OPEN_ARRAY:
      case OPEN_OBJECT:
        isArray.push(byte === OPEN_ARRAY);
        break;
      case COMMA:
        break;
      case CLOSE_ARRAY:
      case CLOSE_OBJECT:
        isArray.pop();
        continue;
      default:
        continue;
    }
    // An array's bracket stands for its first item, each comma for one more.
    if (isArray[isArray.length - 1] && byte !== OPEN_OBJECT) elements++;
    if (++parts > MAX_ELEMENTS * PARTS_PER_ELEMENT || elements > MAX_ELEMENTS) throw new OtlpTooLargeError();
  }
  return seen < 128;
}
