// The newest traces, without a table of traces. A trace starts with its earliest span, so every trace that starts after
// some moment shows among the spans after it: take the newest matching spans, keep the traces whose true start lies
// within them, and take more spans until there are enough.

import type { EventFilter } from "../filter.ts";
import { ALL_TIME } from "../filter.ts";
import type { TraceListQuery, TraceOverview, TracePosition } from "../store.ts";
import { hexOfUuid } from "./hex.ts";
import type { KeyDictionary } from "./key-dictionary.ts";
import type { OriginReader } from "./origin-reader.ts";
import { Params } from "./params.ts";
import type { Readers } from "./readers.ts";
import { whereClause } from "./sql-filter.ts";
import { TIME_COLUMN } from "./sql-values.ts";
import { traceOverviews } from "./trace-overview.ts";

/** Spans looked at first for each wanted trace, and how that grows. */
const SPANS_PER_TRACE = 16;
const GROWTH = 8;

/** A trace that qualifies, with the range its spans start in. */
export interface TraceRange {
  traceId: string;
  /** Where the trace starts: its earliest start that is set, 0 where none is. */
  firstUnixNano: bigint;
  /** The earliest start, which is 0 as soon as one span's start is not set. */
  lowestUnixNano: bigint;
  lastUnixNano: bigint;
}

const NEWEST = (table: "spans" | "logs", from: string, where: string, limit: string) => `
WITH newest AS MATERIALIZED (
  SELECT e.trace_id, ${TIME_COLUMN[table]} AS moment FROM ${from}
  WHERE ${where} AND e.trace_id IS NOT NULL
  ORDER BY moment DESC LIMIT ${limit}
), sample AS (SELECT count(*) AS found, min(moment) AS edge FROM newest)
SELECT DISTINCT n.trace_id::VARCHAR AS trace_id, sample.found, sample.edge FROM newest n, sample`;

const RANGES = (traces: string) => `
SELECT
  trace_id::VARCHAR AS trace_id,
  coalesce(min(start_unix_nano) FILTER (start_unix_nano > 0), 0) AS first,
  min(start_unix_nano) AS lowest,
  max(start_unix_nano) AS last
FROM spans
WHERE trace_id IN (SELECT unnest(${traces})) GROUP BY trace_id`;

export async function listTraces(
  readers: Readers,
  keys: KeyDictionary,
  origins: OriginReader,
  query: TraceListQuery,
): Promise<TraceOverview[]> {
  const ranges = await newestTraces(readers, keys, query);
  return traceOverviews(readers, keys, origins, ranges);
}

async function newestTraces(
  readers: Readers,
  keys: KeyDictionary,
  query: TraceListQuery,
): Promise<TraceRange[]> {
  const before = query.before ?? { startUnixNano: ALL_TIME.toUnixNano };
  // Without conditions a trace's own first span qualifies it, so later spans need not be looked at.
  const where: EventFilter = query.where ?? {
    ...ALL_TIME,
    // Exclusive; traces that started together with the position may follow it.
    toUnixNano: before.startUnixNano + (before.traceId === undefined ? 0n : 1n),
    conditions: { combine: "all", conditions: [] },
  };
  for (let sample = query.limit * SPANS_PER_TRACE; ; sample *= GROWTH) {
    const tables = query.where ? (["spans", "logs"] as const) : (["spans"] as const);
    const newest = await Promise.all(tables.map((table) => newestOf(readers, keys, where, table, sample)));
    // Below this moment a table may hold traces that the sample does not show.
    const edge = newest.reduce((latest, [row]) => {
      const complete = !row || row.found < sample;
      return complete || row.edge < latest ? latest : row.edge;
    }, -1n);
    const candidates = [...new Set(newest.flatMap((rows) => rows.map((row) => hexOfUuid(row.trace_id))))];
    const ranges = await rangesOf(readers, candidates);
    // At the edge itself the sample may have cut off traces that come earlier by id.
    const complete = ranges.filter((range) => range.firstUnixNano > edge && follows(range, before));
    if (complete.length >= query.limit || edge < 0n) {
      return complete.sort(inListOrder).slice(0, query.limit);
    }
  }
}

/** Starts tie where clocks are coarse: workerd's steps in milliseconds. */
function inListOrder(a: TraceRange, b: TraceRange): number {
  if (a.firstUnixNano !== b.firstUnixNano) return a.firstUnixNano < b.firstUnixNano ? 1 : -1;
  return a.traceId < b.traceId ? -1 : 1;
}

function follows({ firstUnixNano, traceId }: TraceRange, { startUnixNano, traceId: after }: TracePosition) {
  return (
    firstUnixNano < startUnixNano ||
    (firstUnixNano === startUnixNano && after !== undefined && traceId > after)
  );
}

function newestOf(
  readers: Readers,
  keys: KeyDictionary,
  filter: EventFilter,
  table: "spans" | "logs",
  limit: number,
) {
  const { from, where, params } = whereClause(filter, table, keys);
  return readers.all<{ trace_id: string; found: bigint; edge: bigint }>(
    NEWEST(table, from, where, params.bigint(limit)),
    params,
  );
}

async function rangesOf(readers: Readers, traceIds: readonly string[]): Promise<TraceRange[]> {
  if (traceIds.length === 0) return [];
  const params = new Params();
  const rows = await readers.all<{ trace_id: string; first: bigint; lowest: bigint; last: bigint }>(
    RANGES(params.uuids(traceIds)),
    params,
  );
  return rows.map((row) => ({
    traceId: hexOfUuid(row.trace_id),
    firstUnixNano: row.first,
    lowestUnixNano: row.lowest,
    lastUnixNano: row.last,
  }));
}
