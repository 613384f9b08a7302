// OpenTelemetry's ways to give a time, as readings of the host's clock.
import type { Invocation } from "../invocation.ts";
import { host } from "../process.ts";

/** Where a signed 64-bit count of nanoseconds ends, in the year 2262. */
const MAX_UNIX_MS = 2 ** 63 / 1e6;

/** A clock reading; now, where `time` is not given or is no time between 1970 and 2262. */
export function toReading(time: unknown, invocation: Invocation): number {
  const reading = convert(time, invocation);
  const unixMs = reading - invocation.readingAt(0);
  return unixMs >= 0 && unixMs < MAX_UNIX_MS ? reading : invocation.now();
}

export function isTime(value: unknown): boolean {
  return typeof value === "number" || value instanceof Date || isHrTime(value);
}

/** NaN for what is no time. */
function convert(time: unknown, invocation: Invocation): number {
  // Seconds and nanoseconds are turned into a reading apart: added first, a double would round to 244 ns.
  if (isHrTime(time)) return invocation.readingAt(time[0] * 1000) + time[1] / 1e6;
  if (time instanceof Date) return invocation.readingAt(time.getTime());
  if (typeof time !== "number") return Number.NaN;
  // As OpenTelemetry tells them apart: no machine is up for so long that performance.now() is half the time since 1970.
  return time < host.timeOrigin / 2 ? time : invocation.readingAt(time);
}

function isHrTime(value: unknown): value is [seconds: number, nanoseconds: number] {
  return (
    Array.isArray(value) && value.length === 2 && typeof value[0] === "number" && typeof value[1] === "number"
  );
}
