// Nanoseconds as the milliseconds with a fraction that the telemetry API speaks.

const NANOS_PER_MILLI = 1_000_000n;

/** Whole milliseconds are exact; a double keeps about 250 ns of a time of day, and all of a duration. */
export function millisOf(nanos: bigint): number {
  return Number(nanos / NANOS_PER_MILLI) + Number(nanos % NANOS_PER_MILLI) / 1e6;
}
