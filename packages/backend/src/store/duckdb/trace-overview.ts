// One line about each of some traces: its root or earliest span, services, counts and errors. Only rows from where these
// traces lie in time are read, all of it in one statement.

import { serviceOf } from "../service-name.ts";
import { REMOTE_PARENT } from "../span-entry.ts";
import type { TraceOverview } from "../store.ts";
import { displayName, NAME_KEYS } from "../trace-name.ts";
import { hexOfSpanId, hexOfUuid } from "./hex.ts";
import type { KeyDictionary, TextList } from "./key-dictionary.ts";
import { type Neighbours, neighboursAmong } from "./neighbours.ts";
import type { OriginReader } from "./origin-reader.ts";
import { Params } from "./params.ts";
import type { Readers } from "./readers.ts";
import { FieldSql } from "./sql-values.ts";

/** A trace, with the range its spans start in. */
export interface TraceRange {
  traceId: string;
  /** Where the trace starts: its earliest start that is set, 0 where none is. */
  firstUnixNano: bigint;
  /** The earliest start, which is 0 as soon as one span's start is not set. */
  lowestUnixNano: bigint;
  lastUnixNano: bigint;
}

/** Messages shown of one trace. */
const ERRORS_SHOWN = 10;

/** Orders a trace's spans by start, those whose start is not set last. */
const START_ORDER = "CASE WHEN e.start_unix_nano = 0 THEN 9223372036854775807 ELSE e.start_unix_nano END";

/** As many ids are compared one by one before other columns are read; more are joined with. */
const FEW_TRACES = 16;

/** The spans of traces that lie together. */
const SPANS_OF = ({ traces, lowestUnixNano, lastUnixNano }: Neighbours<TraceRange>, params: Params) => {
  const [from, to] = [params.bigint(lowestUnixNano), params.bigint(lastUnixNano)];
  const ids = params.uuids(traces.map(({ traceId }) => traceId));
  const isOfThem =
    traces.length <= FEW_TRACES
      ? `list_contains(${ids}, e.trace_id)`
      : `e.trace_id IN (SELECT unnest(${ids}))`;
  return `SELECT * FROM spans e WHERE e.start_unix_nano BETWEEN ${from} AND ${to} AND ${isOfThem}`;
};

const IS_ROOT = "e.parent_span_id = 0";
const IS_ENTRY = `e.flags & ${REMOTE_PARENT} = ${REMOTE_PARENT}`;

/**
 * The head is the root, or else the first span whose parent is in another process, which stands for the root of a trace that
 * began out of our sight, or else the earliest span. A histogram's keys are the distinct values, in order.
 */
const SUMMARIES = (spans: readonly string[], method: string, path: string, httpStatus: string) => `
SELECT
  e.trace_id::VARCHAR AS trace_id,
  coalesce(min(e.start_unix_nano) FILTER (e.start_unix_nano > 0), 0) AS first,
  max(greatest(e.end_unix_nano, e.start_unix_nano)) AS last,
  count(*) AS spans,
  count(*) FILTER (e.status_code = 2) AS failed,
  bool_or(${IS_ROOT} OR ${IS_ENTRY}) AS has_root,
  arg_min(
    struct_pack(
      span_id := e.span_id, name := e.name, status_code := e.status_code, resource_id := e.resource_id,
      method := ${method}, path := ${path}, http_status := ${httpStatus}
    ),
    (CASE WHEN ${IS_ROOT} THEN 0 WHEN ${IS_ENTRY} THEN 1 ELSE 2 END)::HUGEINT * 18446744073709551616 + ${START_ORDER}
  ) AS head,
  map_keys(histogram(e.resource_id)) AS resource_ids,
  map_keys(histogram(e.error))[:${ERRORS_SHOWN}] AS errors
FROM (${spans.join(" UNION ALL ")}) e GROUP BY e.trace_id`;

const LOGS = (traces: string) => `
SELECT trace_id::VARCHAR AS trace_id, count(*) AS logs FROM logs
WHERE trace_id IN (SELECT unnest(${traces})) GROUP BY trace_id`;

interface Summary {
  trace_id: string;
  first: bigint;
  last: bigint;
  spans: bigint;
  failed: bigint;
  has_root: boolean;
  head: { entries: Head };
  resource_ids: { items: readonly number[] };
  errors: TextList | null;
}

interface Head {
  span_id: bigint;
  name: string;
  status_code: number;
  resource_id: number;
  method: string | null;
  path: string | null;
  http_status: number | null;
}

/** In the order of `ranges`. */
export async function traceOverviews(
  readers: Readers,
  keys: KeyDictionary,
  origins: OriginReader,
  ranges: readonly TraceRange[],
): Promise<TraceOverview[]> {
  if (ranges.length === 0) return [];
  const traceIds = ranges.map(({ traceId }) => traceId);
  const [summaries, logCounts] = await Promise.all([
    summarise(readers, keys, ranges),
    countLogs(readers, traceIds),
  ]);
  const resources = await origins.resources(
    [...summaries.values()].flatMap(({ resource_ids }) => resource_ids.items),
  );
  const serviceName = (id: number) => {
    const resource = resources.get(id);
    return resource ? serviceOf(resource) : "";
  };
  return traceIds.flatMap((traceId) => {
    const summary = summaries.get(traceId);
    if (!summary) return [];
    return [{ ...overview(traceId, summary, serviceName), logCount: logCounts.get(traceId) ?? 0 }];
  });
}

async function summarise(
  readers: Readers,
  keys: KeyDictionary,
  ranges: readonly TraceRange[],
): Promise<Map<string, Summary>> {
  const params = new Params();
  const fields = new FieldSql("spans", keys, params);
  const own = (key: string) => fields.ownText(key) ?? "NULL";
  const sql = SUMMARIES(
    neighboursAmong(ranges).map((neighbours) => SPANS_OF(neighbours, params)),
    own(NAME_KEYS.method),
    own(NAME_KEYS.path),
    `TRY_CAST(${own(NAME_KEYS.httpStatus)} AS INTEGER)`,
  );
  const rows = await readers.all<Summary>(sql, params);
  return new Map(rows.map((row) => [hexOfUuid(row.trace_id), row]));
}

async function countLogs(readers: Readers, traceIds: readonly string[]): Promise<Map<string, number>> {
  const params = new Params();
  const rows = await readers.all<{ trace_id: string; logs: bigint }>(LOGS(params.uuids(traceIds)), params);
  return new Map(rows.map((row) => [hexOfUuid(row.trace_id), Number(row.logs)]));
}

function overview(
  traceId: string,
  summary: Summary,
  serviceName: (resourceId: number) => string,
): Omit<TraceOverview, "logCount"> {
  const { has_root: hasRoot } = summary;
  const { span_id, name, status_code, resource_id, method, path, http_status } = summary.head.entries;
  const service = serviceName(resource_id);
  const services = summary.resource_ids.items.map(serviceName);
  const others = services.filter((other) => other && other !== service);
  return {
    traceId,
    rootSpanId: hasRoot ? hexOfSpanId(span_id) : "",
    rootSpanName: name,
    rootName: displayName(name, method ?? undefined, path ?? undefined),
    service,
    services: [...(service ? [service] : []), ...[...new Set(others)].sort()],
    startTimeUnixNano: summary.first,
    endTimeUnixNano: summary.last,
    spanCount: Number(summary.spans),
    errorCount: Number(summary.failed),
    errors: [...(summary.errors?.items ?? [])],
    statusCode: hasRoot ? status_code : 0,
    ...(hasRoot && http_status !== null && { httpStatusCode: http_status }),
  };
}
