// The units of time of the explorer. The wire's absolute nanoseconds become offsets from the trace's start once, in
// api/; everything after that computes with plain numbers whose unit is in their type.

declare const unit: unique symbol;

/**
 * Nanoseconds as a number: an offset from the start of the trace, or a duration. Exact up to 2^53 ns (104 days);
 * beyond that the nearest double.
 */
export type Nanos = number & { readonly [unit]: "nanoseconds" };

/** Nanoseconds since the Unix epoch, exact. */
export type UnixNanos = bigint & { readonly [unit]: "nanoseconds since the epoch" };

/** CSS pixels. */
export type Pixels = number & { readonly [unit]: "css pixels" };

export const nanos = (value: number): Nanos => value as Nanos;
export const unixNanos = (value: bigint): UnixNanos => value as UnixNanos;
export const pixels = (value: number): Pixels => value as Pixels;

export const MICROSECOND = nanos(1e3);
export const MILLISECOND = nanos(1e6);
export const SECOND = nanos(1e9);
export const MINUTE = nanos(60e9);
export const HOUR = nanos(3_600e9);
export const DAY = nanos(86_400e9);

/** A stretch of the trace, `start <= end`, both offsets from the trace's start. */
export interface TimeRange {
  readonly start: Nanos;
  readonly end: Nanos;
}
