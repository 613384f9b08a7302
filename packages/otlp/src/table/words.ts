// What a table of spans holds in words: ids, times and where texts are. SPAN_WORD says which is where.

import type { SpanTable } from "./span-table.ts";

/** The value of a hex digit by its character code. */
const DIGIT = new Uint8Array(128);
for (let value = 0; value < 16; value++) {
  DIGIT[value.toString(16).charCodeAt(0)] = value;
  DIGIT[value.toString(16).toUpperCase().charCodeAt(0)] = value;
}

/** Hex digits, eight to a word; "" leaves the zeros. */
export function setId(words: Uint32Array, at: number, hex: string): void {
  for (let digit = 0; digit < hex.length; digit += 8) {
    let word = 0;
    for (let place = digit; place < digit + 8; place++)
      word = word * 16 + (DIGIT[hex.charCodeAt(place)] as number);
    words[at + digit / 8] = word;
  }
}

export function setTime(words: Uint32Array, at: number, nano: bigint): void {
  words[at] = Number(nano & 0xffffffffn);
  words[at + 1] = Number(nano >> 32n);
}

const BILLION = 1_000_000_000;

/** A time of `seconds` below 10^10 and `nanos` below 10^9, in steps that doubles hold exactly. */
export function setTimeOfParts(words: Uint32Array, at: number, seconds: number, nanos: number): void {
  const upper = Math.floor(seconds / 65_536) * BILLION;
  const lower = (upper % 65_536) * 65_536 + (seconds % 65_536) * BILLION + nanos;
  words[at] = lower % 4_294_967_296;
  words[at + 1] = Math.floor(upper / 65_536) + Math.floor(lower / 4_294_967_296);
}

export function setText(table: SpanTable, at: number, text: string): void {
  if (text !== "") table.setText(at, text);
}
