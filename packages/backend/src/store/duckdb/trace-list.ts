// The newest traces. A trace starts with its earliest span, so every trace that starts after some moment shows among the
// spans after it, and among the ranges of trace-ranges.ts: take the newest that match, keep the traces whose true start
// lies within them, and take more until there are enough.

import type { EventFilter } from "../filter.ts";
import { ALL_TIME, EVERYTHING } from "../filter.ts";
import type { TraceListQuery, TraceOverview, TracePosition } from "../store.ts";
import type { TraceSelection } from "../trace-queries.ts";
import type { LocatedFilter } from "./candidate-blocks.ts";
import { hexOfUuid } from "./hex.ts";
import type { KeyDictionary } from "./key-dictionary.ts";
import { newestFirst } from "./newest-first.ts";
import type { OriginReader } from "./origin-reader.ts";
import { Params } from "./params.ts";
import type { Readers } from "./readers.ts";
import { whereClause } from "./sql-filter.ts";
import { type EventTable, TIME_COLUMN } from "./sql-values.ts";
import { traceOverviews } from "./trace-overview.ts";
import { isSelective, traceTests } from "./trace-selection.ts";

/** Spans, or ranges, looked at first for each wanted trace, and how that grows. */
const SPANS_PER_TRACE = 16;
const RANGES_PER_TRACE = 4;
const GROWTH = 8;

const TABLES = ["spans", "logs"] as const;

/** A trace that qualifies, with the range its spans start in. */
export interface TraceRange {
  traceId: string;
  /** Where the trace starts: its earliest start that is set, 0 where none is. */
  firstUnixNano: bigint;
  /** The earliest start, which is 0 as soon as one span's start is not set. */
  lowestUnixNano: bigint;
  lastUnixNano: bigint;
}

/** The distinct traces of a sample, how many rows it has and the earliest moment among them. */
interface Sampled {
  trace_id: string;
  found: bigint;
  edge: bigint;
}

const SAMPLE = (from: string, moment: string, where: string, limit: string) => `
WITH newest AS MATERIALIZED (
  SELECT e.trace_id, ${moment} AS moment FROM ${from} WHERE ${where} ORDER BY moment DESC LIMIT ${limit}
), sample AS (SELECT count(*) AS found, min(moment) AS edge FROM newest)
SELECT DISTINCT n.trace_id::VARCHAR AS trace_id, sample.found, sample.edge FROM newest n, sample`;

const RANGES = (traces: string) => `
SELECT
  trace_id::VARCHAR AS trace_id,
  coalesce(min(first_unix_nano) FILTER (first_unix_nano > 0), 0) AS first,
  min(lowest_unix_nano) AS lowest,
  max(last_unix_nano) AS last
FROM trace_ranges
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
  { limit, before = { startUnixNano: ALL_TIME.toUnixNano }, ...selection }: TraceListQuery,
): Promise<TraceRange[]> {
  const where = selection.where ?? (isSelective(selection) ? EVERYTHING : undefined);
  const perTrace = where ? SPANS_PER_TRACE : RANGES_PER_TRACE;
  for (let sample = limit * perTrace; ; sample *= GROWTH) {
    const samples = where
      ? await Promise.all(
          TABLES.map((table) => newestEvents(readers, keys, { ...selection, where }, table, sample)),
        )
      : [await newestRanges(readers, keys, before, sample)];
    // Below this moment there may be traces that a sample does not show.
    const edge = samples.reduce(
      (latest, [row]) => (row && row.found >= sample && row.edge > latest ? row.edge : latest),
      -1n,
    );
    const candidates = new Set(samples.flat().map(({ trace_id }) => hexOfUuid(trace_id)));
    const ranges = await rangesOf(readers, [...candidates]);
    // At the edge itself the sample may have cut off traces that come earlier by id.
    const complete = ranges.filter((range) => range.firstUnixNano > edge && follows(range, before));
    if (complete.length >= limit || edge < 0n) return complete.sort(inListOrder).slice(0, limit);
  }
}

/** Starts tie where clocks are coarse: workerd's steps in milliseconds. */
export function inListOrder(a: TraceRange, b: TraceRange): number {
  if (a.firstUnixNano !== b.firstUnixNano) return a.firstUnixNano < b.firstUnixNano ? 1 : -1;
  return a.traceId < b.traceId ? -1 : 1;
}

function follows({ firstUnixNano, traceId }: TraceRange, { startUnixNano, traceId: after }: TracePosition) {
  return (
    firstUnixNano < startUnixNano ||
    (firstUnixNano === startUnixNano && after !== undefined && traceId > after)
  );
}

function newestEvents(
  readers: Readers,
  keys: KeyDictionary,
  selection: TraceSelection & { where: EventFilter },
  table: EventTable,
  limit: number,
): Promise<Sampled[]> {
  const read = (part: LocatedFilter) => {
    const { from, where, params } = whereClause(part, table, keys);
    const tests = [where, "e.trace_id IS NOT NULL", ...traceTests(selection, params)].join(" AND ");
    return readers.all<Sampled>(SAMPLE(from, TIME_COLUMN[table], tests, params.bigint(limit)), params);
  };
  return newestFirst(readers, keys, table, selection.where, read, holds(limit));
}

/** Traces that started together with the position may follow it. */
function newestRanges(
  readers: Readers,
  keys: KeyDictionary,
  before: TracePosition,
  limit: number,
): Promise<Sampled[]> {
  const toUnixNano = before.startUnixNano + (before.traceId === undefined ? 0n : 1n);
  const moment = "e.first_unix_nano";
  const read = (part: EventFilter) => {
    const params = new Params();
    const where = `${moment} >= ${params.bigint(part.fromUnixNano)} AND ${moment} < ${params.bigint(part.toUnixNano)}`;
    return readers.all<Sampled>(SAMPLE("trace_ranges e", moment, where, params.bigint(limit)), params);
  };
  return newestFirst(readers, keys, "spans", { ...EVERYTHING, toUnixNano }, read, holds(limit));
}

const holds =
  (limit: number) =>
  ([row]: readonly Sampled[]) =>
    row !== undefined && row.found >= limit;

/** In no order; those of which no span is stored are left out. */
export async function rangesOf(readers: Readers, traceIds: readonly string[]): Promise<TraceRange[]> {
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
