// What the clock that recorded a trace can tell apart, and how a span's duration reads because of it.
//
// workerd's clocks advance in whole milliseconds (and in production not at all while code runs), so a span that took
// 300 µs is recorded as 0. Writing "0 ns" would claim a precision nobody had. The data decides, not the name of the
// runtime: when every start and end of a trace lies within a microsecond of a whole millisecond, its clock had
// millisecond steps, and a duration under a microsecond reads "<1 ms". As soon as one time is off that grid the clock
// was finer, and every duration is shown as recorded.
import { formatDuration } from "./duration.ts";
import type { Span, Trace } from "./model.ts";
import { MICROSECOND, MILLISECOND, type Nanos, type UnixNanos } from "./time.ts";

const BELOW_STEP = "<1 ms";

/** Stops at the first time off the grid, so that a trace with a fine clock costs nothing. */
export function clockOf(startUnixNano: UnixNanos, spans: readonly Span[]): Trace["clock"] {
  const base = Number(startUnixNano % 1_000_000n);
  const isAligned = (offset: number): boolean => {
    const rest = (base + offset) % MILLISECOND;
    return rest < MICROSECOND || rest > MILLISECOND - MICROSECOND;
  };
  for (const span of spans) {
    if (!isAligned(span.start) || !isAligned(span.start + span.duration)) return "nanosecond";
  }
  return "millisecond";
}

/** A whole trace's duration, of which the list knows no more than its start and its end. */
export function traceDurationLabel(startUnixNano: UnixNanos, duration: Nanos): string {
  const isAligned = startUnixNano % 1_000_000n < 1_000n;
  return isAligned && duration < MICROSECOND ? BELOW_STEP : formatDuration(duration);
}

/** The span's duration, true to the clock: see above. A span that never finished reads as at least that. */
export function spanDurationLabel(span: Span, clock: Trace["clock"]): string {
  if (span.isEndMissing) return "no end";
  const label = durationLabel(span.duration, clock);
  return span.isUnfinished ? `≥${label === BELOW_STEP ? "0 ms" : label}` : label;
}

/** A figure made of durations that the clock recorded: a sum, a share, an average. */
export const durationLabel = (duration: Nanos, clock: Trace["clock"]): string =>
  clock === "millisecond" && duration < MICROSECOND ? BELOW_STEP : formatDuration(duration);
