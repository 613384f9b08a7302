// Pages of traces → the one list on the screen. Pages come in any order: the newest again and again, older ones as the
// reader scrolls.
import type { TraceRow } from "../api/decode-summary.ts";

export interface TraceList {
  /** Newest first. */
  readonly rows: readonly TraceRow[];
  /** When rows that came after the first page arrived, in ms of `Date.now()`; only of the last `ARRIVAL_MS`. */
  readonly arrivals: ReadonlyMap<string, number>;
  /** A page of older traces came back short: there are none before the last row. */
  readonly isComplete: boolean;
}

/** How long a row counts as just arrived. */
export const ARRIVAL_MS = 2_500;
/** Rows kept at most: a page left open over a load test must not grow for ever. */
export const MAX_ROWS = 5_000;

/**
 * Puts a newest page in. Where the page is full and does not reach back to what is known, traces lie between that
 * nobody has asked for: the known ones are then dropped, so that the list never hides a gap.
 */
export function mergeNewest(
  known: TraceList | undefined,
  page: readonly TraceRow[],
  limit: number,
  nowMs: number,
): TraceList {
  const isWhole = page.length < limit;
  if (known === undefined) return { rows: newestFirst(page), arrivals: new Map(), isComplete: isWhole };
  const ids = new Set(known.rows.map((row) => row.traceId));
  const arrivals = new Map([...known.arrivals].filter(([, at]) => nowMs - at < ARRIVAL_MS));
  for (const { traceId } of page) if (!ids.has(traceId)) arrivals.set(traceId, nowMs);
  const isGap = !isWhole && page.every((row) => !ids.has(row.traceId));
  const rows = union(isWhole || isGap ? [] : known.rows, page);
  return { rows: rows.slice(0, MAX_ROWS), arrivals, isComplete: isWhole || (known.isComplete && !isGap) };
}

/** Puts a page of traces before the last known one in. */
export function mergeOlder(known: TraceList, page: readonly TraceRow[], limit: number): TraceList {
  const rows = union(known.rows, page);
  const isFull = rows.length >= MAX_ROWS;
  return {
    ...known,
    rows: rows.slice(0, MAX_ROWS),
    isComplete: page.length < limit || isFull || rows.length === known.rows.length,
  };
}

/** Where both have a trace, the page's row is the later one. */
function union(known: readonly TraceRow[], page: readonly TraceRow[]): TraceRow[] {
  const byId = new Map(known.map((row) => [row.traceId, row]));
  for (const row of page) byId.set(row.traceId, row);
  return newestFirst([...byId.values()]);
}

const newestFirst = (rows: readonly TraceRow[]): TraceRow[] =>
  rows.toSorted((a, b) => {
    if (a.startUnixNano !== b.startUnixNano) return a.startUnixNano < b.startUnixNano ? 1 : -1;
    return a.traceId < b.traceId ? -1 : 1;
  });
