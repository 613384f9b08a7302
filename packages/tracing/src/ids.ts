// Trace and span ids. A trace id is random; the span ids of one invocation are consecutive numbers from a random
// 64-bit start, so that a span needs no id of its own until it is encoded, and ids of different invocations of one
// trace meet with a chance of about n / 2^64.
import type { Host } from "./host.ts";

const POOL_WORDS = 256;

export class IdSource {
  readonly #host: Host;
  readonly #pool = new Uint32Array(POOL_WORDS);
  #next = POOL_WORDS;

  constructor(host: Host) {
    this.#host = host;
  }

  /** 32 random bits. Filled lazily: runtimes refuse randomness outside of a request. */
  word(): number {
    if (this.#next === POOL_WORDS) {
      this.#host.random(this.#pool);
      this.#next = 0;
    }
    return this.#pool[this.#next++] as number;
  }

  traceId(): string {
    // One bit is always set: an id of all zeros, which the standard forbids, cannot come.
    return hex32(this.word() | 1) + hex32(this.word()) + hex32(this.word()) + hex32(this.word());
  }

  uuid(): string {
    const hex = this.traceId();
    const variant = ((Number.parseInt(hex[16] as string, 16) & 3) | 8).toString(16);
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
  }
}

/** The id of the n-th span of an invocation whose ids start at the number that the two words make up. */
export function spanIdAt(high: number, low: number, n: number): string {
  const sum = low + n;
  const carry = sum > 0xffffffff ? 1 : 0;
  return hex32((high + carry) >>> 0) + hex32(sum >>> 0);
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** By table: `toString(16)` of a number that is no small integer takes eight times as long (measured). */
function hex32(word: number): string {
  return (
    (HEX[word >>> 24] as string) +
    (HEX[(word >>> 16) & 255] as string) +
    (HEX[(word >>> 8) & 255] as string) +
    (HEX[word & 255] as string)
  );
}
