// The newest traces. A trace starts with its earliest span, so every trace that starts after some moment shows among the
// spans after it, and among the ranges of trace-ranges.ts: take the newest that match, keep the traces whose true start
// lies within them, and take more until there are enough.

import type { EventFilter } from "../filter.ts";
import { ALL_TIME, EVERYTHING } from "../filter.ts";
import type { TraceListQuery, TraceOverview, TracePosition } from "../store.ts";
import type { TraceSelection } from "../trace-queries.ts";
import { type LocatedFilter, located } from "./candidate-blocks.ts";
import { passesNothing } from "./decided.ts";
import { hexOfUuid } from "./hex.ts";
import type { KeyDictionary } from "./key-dictionary.ts";
import { newestFirst } from "./newest-first.ts";
import type { OriginReader } from "./origin-reader.ts";
import { Params } from "./params.ts";
import type { Readers } from "./readers.ts";
import { whereClause } from "./sql-filter.ts";
import { type EventTable, TIME_COLUMN } from "./sql-values.ts";
import { type TraceRange, traceOverviews } from "./trace-overview.ts";
import { isSelective, traceTests } from "./trace-selection.ts";

/** Spans, or ranges, looked at first for each wanted trace, and how that grows. */
const SPANS_PER_TRACE = 16;
const RANGES_PER_TRACE = 4;
const GROWTH = 8;

const TABLES = ["spans", "logs"] as const;

/** What of the newest rows is known. */
interface Sample {
  ranges: readonly TraceRange[];
  /** Below this moment there may be traces that the sample does not show; -1 where it shows all. */
  edge: bigint;
}

/** The distinct traces of a sample, how many rows it has and the earliest moment among them. */
interface Sampled {
  trace_id: string;
  found: bigint;
  edge: bigint;
}

const NEWEST = (from: string, moment: string, where: string, limit: string) => `
WITH newest AS MATERIALIZED (
  SELECT e.trace_id, ${moment} AS moment FROM ${from} WHERE ${where} ORDER BY moment DESC LIMIT ${limit}
), sample AS (SELECT count(*) AS found, min(moment) AS edge FROM newest)`;

const SAMPLE = (newest: string) => `${newest}
SELECT DISTINCT n.trace_id::VARCHAR AS trace_id, sample.found, sample.edge FROM newest n, sample`;

const RANGE = `
  coalesce(min(first_unix_nano) FILTER (first_unix_nano > 0), 0) AS first,
  min(lowest_unix_nano) AS lowest,
  max(last_unix_nano) AS last`;

const RANGES = (traces: string) => `
SELECT trace_id::VARCHAR AS trace_id, ${RANGE}
FROM trace_ranges WHERE trace_id IN (SELECT unnest(${traces})) GROUP BY trace_id`;

/** Their other columns are read where they lie, which is mostly side by side. */
const SAMPLED_RANGES = (newest: string) => `${newest}, places AS MATERIALIZED (
  SELECT rowid AS place FROM trace_ranges WHERE trace_id IN (SELECT trace_id FROM newest)
), ranges AS (
  SELECT trace_id, ${RANGE} FROM trace_ranges t WHERE t.rowid IN (SELECT place FROM places) GROUP BY trace_id
)
SELECT r.trace_id::VARCHAR AS trace_id, r.first, r.lowest, r.last, sample.found, sample.edge FROM ranges r, sample`;

interface RangeRow {
  trace_id: string;
  first: bigint;
  lowest: bigint;
  last: bigint;
}

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
  const sampleOf = where
    ? eventSampler(readers, keys, { ...selection, where })
    : (size: number) => newestRanges(readers, before, size);
  const perTrace = where ? SPANS_PER_TRACE : RANGES_PER_TRACE;
  for (let size = limit * perTrace; ; size *= GROWTH) {
    const { ranges, edge } = await sampleOf(size);
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

/** The traces of the newest events that match, of spans and of logs. The index is asked once, whatever the samples' sizes. */
function eventSampler(
  readers: Readers,
  keys: KeyDictionary,
  selection: TraceSelection & { where: EventFilter },
): (size: number) => Promise<Sample> {
  const filter = selection.where;
  let asked: Promise<LocatedFilter> | undefined;
  const locateSpans = () => {
    asked ??= located(readers, keys, filter);
    return asked;
  };
  const newestOf = async (table: EventTable, size: number): Promise<Sampled[]> => {
    if (passesNothing(filter, table, keys)) return [];
    return newestFirst<Sampled>(readers, {
      table,
      filter,
      locate: table === "spans" ? locateSpans : async () => filter,
      read: (part) => {
        const { from, where, params } = whereClause(part, table, keys);
        const tests = [where, "e.trace_id IS NOT NULL", ...traceTests(selection, params)].join(" AND ");
        return readers.all(SAMPLE(NEWEST(from, TIME_COLUMN[table], tests, params.bigint(size))), params);
      },
      found: ([row]) => Number(row?.found ?? 0),
      wanted: size,
    });
  };
  return async (size) => {
    const samples = await Promise.all(TABLES.map((table) => newestOf(table, size)));
    const candidates = new Set(samples.flat().map(({ trace_id }) => hexOfUuid(trace_id)));
    return {
      ranges: await rangesOf(readers, [...candidates]),
      edge: samples.reduce((latest, [row]) => later(latest, edgeOf(row, size)), -1n),
    };
  };
}

/** DuckDB reads the row groups with the latest moments first, and no more of them than the sample needs. */
async function newestRanges(readers: Readers, before: TracePosition, size: number): Promise<Sample> {
  const params = new Params();
  const moment = "e.first_unix_nano";
  // Traces that started together with the position may follow it.
  const to = params.bigint(before.startUnixNano + (before.traceId === undefined ? 0n : 1n));
  const newest = NEWEST("trace_ranges e", moment, `${moment} < ${to}`, params.bigint(size));
  const rows = await readers.all<RangeRow & Sampled>(SAMPLED_RANGES(newest), params);
  return { ranges: rows.map(rangeOf), edge: edgeOf(rows[0], size) };
}

const edgeOf = (row: Sampled | undefined, size: number): bigint =>
  row && row.found >= size ? row.edge : -1n;
const later = (a: bigint, b: bigint): bigint => (a > b ? a : b);

/** In no order; those of which no span is stored are left out. */
export async function rangesOf(readers: Readers, traceIds: readonly string[]): Promise<TraceRange[]> {
  if (traceIds.length === 0) return [];
  const params = new Params();
  const rows = await readers.all<RangeRow>(RANGES(params.uuids(traceIds)), params);
  return rows.map(rangeOf);
}

function rangeOf({ trace_id, first, lowest, last }: RangeRow): TraceRange {
  return {
    traceId: hexOfUuid(trace_id),
    firstUnixNano: first,
    lowestUnixNano: lowest,
    lastUnixNano: last,
  };
}
