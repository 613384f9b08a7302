// What is still under way. Spans arrive when they have ended, so a request that is being handled shows by what its trace
// lacks: the root, or an end.
import type { Span } from "./model.ts";
import { MINUTE, type Nanos, nanos, type UnixNanos } from "./time.ts";

/** What has not ended this long after it was last heard of will not: its process is gone. */
const GIVEN_UP = 15 * MINUTE;

/** A trace that goes on, or has no root: still being handled, or, some time later, cut off. */
export type Flight = "in flight" | "no root";

interface Arrived {
  readonly startUnixNano: UnixNanos;
  readonly duration: Nanos;
  readonly isRootMissing: boolean;
  /** A part of it is known to go on. */
  readonly isInFlight: boolean;
}

/** Undefined for one that has ended. */
export function flightOf(trace: Arrived, nowMs: number): Flight | undefined {
  if (trace.isInFlight) return "in flight";
  return trace.isRootMissing ? flightWithoutRoot(trace.startUnixNano, trace.duration, nowMs) : undefined;
}

function flightWithoutRoot(startUnixNano: UnixNanos, duration: Nanos, nowMs: number): Flight {
  const heardOfMs = Number(startUnixNano / 1_000_000n) + duration / 1e6;
  return nowMs - heardOfMs < GIVEN_UP / 1e6 ? "in flight" : "no root";
}

export const FLIGHT_TEXT: Record<Flight, string> = {
  "in flight": "Still being handled: its root span has not ended",
  "no root": "The root span never arrived: its Worker was stopped, or it was lost on the way",
};

/** Its sender has told of its start alone, and not so long ago that it must have ended. */
export const isRunning = (span: Span, nowMs: number): boolean =>
  span.isEndMissing &&
  span.endUnixNano === 0n &&
  flightWithoutRoot(span.startUnixNano, nanos(0), nowMs) === "in flight";
