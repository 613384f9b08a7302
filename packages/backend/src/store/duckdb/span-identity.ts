// What makes two reports of a span the same one: trace id, span id and start, eight words of its row.

import { SPAN_WORD } from "@enterspan/otlp";

const { traceId, spanId, start } = SPAN_WORD;

export function isSameSpan(a: Uint32Array, atA: number, b: Uint32Array, atB: number): boolean {
  return (
    a[atA + spanId] === b[atB + spanId] &&
    a[atA + spanId + 1] === b[atB + spanId + 1] &&
    isSameTrace(a, atA, b, atB) &&
    a[atA + start] === b[atB + start] &&
    a[atA + start + 1] === b[atB + start + 1]
  );
}

export function isSameTrace(a: Uint32Array, atA: number, b: Uint32Array, atB: number): boolean {
  return (
    a[atA + traceId] === b[atB + traceId] &&
    a[atA + traceId + 1] === b[atB + traceId + 1] &&
    a[atA + traceId + 2] === b[atB + traceId + 2] &&
    a[atA + traceId + 3] === b[atB + traceId + 3]
  );
}

/** Others in each process, so that a sender cannot pick ids that all fall into one place. */
const SEEDS = Uint32Array.from({ length: 3 }, () => Math.floor(Math.random() * 2 ** 32));

/** 32 bits of which the low ones are as good as the high; `which` of three independent hashes. */
export function identityHash(words: Uint32Array, at: number, which: 0 | 1 | 2): number {
  let hash = mixTrace(SEEDS[which] as number, words, at);
  hash = mix(hash, words[at + spanId] as number);
  hash = mix(hash, words[at + spanId + 1] as number);
  hash = mix(hash, words[at + start] as number);
  hash = mix(hash, words[at + start + 1] as number);
  return hash >>> 0;
}

export const traceHash = (words: Uint32Array, at: number): number =>
  mixTrace(SEEDS[0] as number, words, at) >>> 0;

function mixTrace(seed: number, words: Uint32Array, at: number): number {
  let hash = mix(seed, words[at + traceId] as number);
  hash = mix(hash, words[at + traceId + 1] as number);
  hash = mix(hash, words[at + traceId + 2] as number);
  return mix(hash, words[at + traceId + 3] as number);
}

/** One round of MurmurHash3 with its finalizer's shift. */
function mix(hash: number, word: number): number {
  const scrambled = Math.imul(Math.imul(word, 0xcc9e2d51) ^ (word >>> 17), 0x1b873593);
  const mixed = Math.imul(hash ^ scrambled, 0x85ebca6b);
  return mixed ^ (mixed >>> 13);
}
