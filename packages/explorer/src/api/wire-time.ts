// Absolute nanoseconds as two numbers, read from digits without a bigint each: a large trace has 200,000 of them.
import { type Nanos, nanos, type UnixNanos, unixNanos } from "../trace/time.ts";

export interface WireTime {
  readonly seconds: number;
  /** 0 … 999,999,999. */
  readonly nanoseconds: number;
}

const PER_SECOND = 1_000_000_000;
const FRACTION_DIGITS = 9;
const EXACT_SECONDS = Math.floor(Number.MAX_SAFE_INTEGER / PER_SECOND) - 1;
const QUOTE = 0x22;
const ZERO = 0x30;
const NINE = 0x39;

/** Reads the string of decimal digits whose opening quote is at `at`. */
export function readWireTime(bytes: Uint8Array, at: number): WireTime {
  const start = at + 1;
  let end = start;
  while (bytes[end] !== QUOTE) end++;
  const split = Math.max(start, end - FRACTION_DIGITS);
  return { seconds: digits(bytes, start, split), nanoseconds: digits(bytes, split, end) };
}

export const UNSET: WireTime = { seconds: 0, nanoseconds: 0 };

/** The same of a text. */
export function wireTimeOfText(text: string): WireTime {
  const seconds = Number(text.slice(0, -FRACTION_DIGITS));
  const nanoseconds = Number(text.slice(-FRACTION_DIGITS));
  if (!(seconds >= 0 && nanoseconds >= 0)) throw new SyntaxError("a time is not a decimal number");
  return { seconds, nanoseconds };
}

export const wireTimeOf = (time: bigint): WireTime => ({
  seconds: Number(time / BigInt(PER_SECOND)),
  nanoseconds: Number(time % BigInt(PER_SECOND)),
});

export const unixNanosOf = ({ seconds, nanoseconds }: WireTime): UnixNanos =>
  unixNanos(BigInt(seconds) * BigInt(PER_SECOND) + BigInt(nanoseconds));

export const isUnset = ({ seconds, nanoseconds }: WireTime): boolean => seconds === 0 && nanoseconds === 0;

export const isBefore = (a: WireTime, b: WireTime): boolean =>
  a.seconds < b.seconds || (a.seconds === b.seconds && a.nanoseconds < b.nanoseconds);

/** From `from` to `to`, exact as `Nanos` says. */
export function nanosBetween(from: WireTime, to: WireTime): Nanos {
  const seconds = to.seconds - from.seconds;
  if (Math.abs(seconds) < EXACT_SECONDS)
    return nanos(seconds * PER_SECOND + to.nanoseconds - from.nanoseconds);
  return nanos(Number(unixNanosOf(to) - unixNanosOf(from)));
}

function digits(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte < ZERO || byte > NINE) throw new SyntaxError("a time is not a decimal number");
    value = value * 10 + byte - ZERO;
  }
  return value;
}
