// What is still under way. Spans arrive when they have ended, so a request that is being handled shows by what its trace
// lacks: the root, or an end.
import type { Span } from "./model.ts";
import { MINUTE, type Nanos, type UnixNanos } from "./time.ts";

/** What has not ended this long after it was last heard of will not: its process is gone. */
const GIVEN_UP = 15 * MINUTE;

/** A trace without its root: still being handled, or, some time later, cut off. */
export type Flight = "in flight" | "no root";

export function flightOf(startUnixNano: UnixNanos, duration: Nanos, nowMs: number): Flight {
  const heardOfMs = Number(startUnixNano / 1_000_000n) + duration / 1e6;
  return nowMs - heardOfMs < GIVEN_UP / 1e6 ? "in flight" : "no root";
}

export const FLIGHT_TEXT: Record<Flight, string> = {
  "in flight": "The root span has not arrived: the request is still being handled",
  "no root": "The root span never arrived: its Worker was stopped, or it was lost on the way",
};

/** Its sender has told of its start alone, and not so long ago that it must have ended. */
export const isRunning = (span: Span, nowMs: number): boolean =>
  span.isEndMissing &&
  span.endUnixNano === 0n &&
  flightOf(span.startUnixNano, 0 as Nanos, nowMs) === "in flight";
