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

/** About 1 ms for 1 MiB. @throws OtlpTooLargeError beyond `MAX_ELEMENTS` items of arrays in all. */
export function checkElements(bytes: Uint8Array): void {
  const isArray: boolean[] = [];
  let elements = 0;
  let parts = 0;
  for (let at = 0; at < bytes.length; at++) {
    switch (bytes[at]) {
      case QUOTE:
        at = endOfText(bytes, at + 1);
        continue;
      case OPEN_ARRAY:
      case OPEN_OBJECT:
        isArray.push(bytes[at] === OPEN_ARRAY);
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
    if (isArray[isArray.length - 1] && bytes[at] !== OPEN_OBJECT) elements++;
    if (++parts > MAX_ELEMENTS * PARTS_PER_ELEMENT || elements > MAX_ELEMENTS) throw new OtlpTooLargeError();
  }
}

/** Where the text that begins at `at` has its closing quote, or the end of what there is. */
function endOfText(bytes: Uint8Array, at: number): number {
  for (; at < bytes.length && bytes[at] !== QUOTE; at++) if (bytes[at] === BACKSLASH) at++;
  return at;
}
