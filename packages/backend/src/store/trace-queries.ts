// Which traces are asked for, and what beside lists can be asked of them: those that have most of something, and how many
// there are. Part of store.ts.

import type { EventFilter } from "./filter.ts";

/** Which traces are meant: those that fulfil all that is said here. */
export interface TraceSelection {
  /** They hold an event which passes and lies in the filter's time range. */
  where?: EventFilter;
  /** They hold a span whose status is error. */
  hasErrors?: boolean;
  /** Their root took so long; `toNano` is exclusive. */
  took?: { fromNano: bigint; toNano: bigint };
}

/** Of what a trace can have most. */
export type TraceFigure = "duration" | "spans" | "errors" | "logs";

export interface TopTracesQuery extends TraceSelection {
  figure: TraceFigure;
  limit: number;
  /** When they began; `toUnixNano` is exclusive. */
  fromUnixNano: bigint;
  toUnixNano: bigint;
}

export interface TraceCountQuery extends TraceSelection {
  /** When their roots began; `toUnixNano` is exclusive. */
  fromUnixNano: bigint;
  toUnixNano: bigint;
  /** Counted in buckets that begin at multiples of it. */
  bucketNano: bigint;
  /** Into how many levels a tenfold of the duration is divided. */
  levelsPerDecade: number;
}

/** Traces whose roots began in one bucket of time and took about as long. */
export interface TraceCell {
  startUnixNano: bigint;
  /** k of durations from 10^(k / levelsPerDecade) ns to below the next level's; what is below 1 ns is in 0. */
  level: number;
  count: number;
  /** Of these traces, those that hold a span whose status is error. */
  errors: number;
}
