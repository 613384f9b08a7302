// One line about each of some traces: its root or earliest span, services, counts and errors. Only rows between the
// earliest and the latest start of these traces are read.

import { serviceOf } from "../service-name.ts";
import { REMOTE_PARENT } from "../span-entry.ts";
import type { TraceOverview } from "../store.ts";
import { displayName, NAME_KEYS } from "../trace-name.ts";
import { hexOfSpanId, hexOfUuid } from "./hex.ts";
import type { KeyDictionary } from "./key-dictionary.ts";
import type { OriginReader } from "./origin-reader.ts";
import { Params } from "./params.ts";
import type { Readers } from "./readers.ts";
import { FieldSql } from "./sql-values.ts";
import { boundsOf } from "./time-bounds.ts";
import type { TraceRange } from "./trace-list.ts";

/** Messages shown of one trace. */
const ERRORS_SHOWN = 10;

/** Orders a trace's spans by start, those whose start is not set last. */
const START_ORDER = "CASE WHEN e.start_unix_nano = 0 THEN 9223372036854775807 ELSE e.start_unix_nano END";

/** The spans of some traces that start within their range, for statements about each trace. */
const OF_TRACES = (traces: string, from: string, to: string) =>
  `FROM spans e WHERE e.start_unix_nano BETWEEN ${from} AND ${to} AND e.trace_id IN (SELECT unnest(${traces}))`;

/**
 * The head is the root, or else the first span whose parent is in another process, which stands for the root of a trace that
 * began out of our sight, or else the earliest span. Its wide columns are read by its row alone.
 */
const SUMMARY = (ofTraces: string, method: string, path: string, httpStatus: string) => `
WITH traces AS MATERIALIZED (
  SELECT
    e.trace_id,
    coalesce(min(e.start_unix_nano) FILTER (e.start_unix_nano > 0), 0) AS first,
    max(greatest(e.end_unix_nano, e.start_unix_nano)) AS last,
    count(*) AS spans,
    count(*) FILTER (e.status_code = 2) AS failed,
    coalesce(
      arg_min(e.rowid, ${START_ORDER}) FILTER (e.parent_span_id = 0),
      arg_min(e.rowid, ${START_ORDER}) FILTER (e.flags & ${REMOTE_PARENT} = ${REMOTE_PARENT})
    ) AS root,
    coalesce(root, arg_min(e.rowid, ${START_ORDER})) AS head
  ${ofTraces} GROUP BY e.trace_id
)
SELECT
  e.trace_id::VARCHAR AS trace_id, t.first, t.last, t.spans, t.failed, t.root IS NOT NULL AS has_root,
  e.span_id, e.name, e.status_code, e.resource_id,
  ${method} AS method, ${path} AS path, ${httpStatus} AS http_status
FROM traces t JOIN spans e ON e.rowid = t.head`;

const RESOURCES = (ofTraces: string) =>
  `SELECT DISTINCT e.trace_id::VARCHAR AS trace_id, e.resource_id AS value ${ofTraces}`;

const ERRORS = (ofTraces: string) => `
SELECT DISTINCT e.trace_id::VARCHAR AS trace_id, e.error AS value ${ofTraces} AND e.error IS NOT NULL
QUALIFY dense_rank() OVER (PARTITION BY e.trace_id ORDER BY e.error) <= ${ERRORS_SHOWN}
ORDER BY value`;

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
  /** These are the head's. */
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
  const ofTraces = (params: Params) => {
    const bounds = boundsOf(
      ranges.flatMap(({ lowestUnixNano, lastUnixNano }) => [lowestUnixNano, lastUnixNano]),
    );
    const [from, to] = bounds.map((bound) => params.bigint(bound)) as [string, string];
    return OF_TRACES(params.uuids(traceIds), from, to);
  };
  const [summaries, resourceIds, errors, logCounts] = await Promise.all([
    summarise(readers, keys, ofTraces),
    valuesOf<number>(readers, RESOURCES, ofTraces),
    valuesOf<string>(readers, ERRORS, ofTraces),
    countLogs(readers, traceIds),
  ]);
  const resources = await origins.resources([...resourceIds.values()].flat());
  const serviceName = (id: number) => {
    const resource = resources.get(id);
    return resource ? serviceOf(resource) : "";
  };
  return traceIds.flatMap((traceId) => {
    const summary = summaries.get(traceId);
    if (!summary) return [];
    const services = (resourceIds.get(traceId) ?? []).map(serviceName);
    return [
      {
        ...overview(traceId, summary, serviceName(summary.resource_id), services),
        logCount: logCounts.get(traceId) ?? 0,
        errors: errors.get(traceId) ?? [],
      },
    ];
  });
}

async function summarise(
  readers: Readers,
  keys: KeyDictionary,
  ofTraces: (params: Params) => string,
): Promise<Map<string, Summary>> {
  const params = new Params();
  const fields = new FieldSql("spans", keys, params);
  const own = (key: string) => fields.ownText(key) ?? "NULL";
  const httpStatus = `TRY_CAST(${own(NAME_KEYS.httpStatus)} AS INTEGER)`;
  const sql = SUMMARY(ofTraces(params), own(NAME_KEYS.method), own(NAME_KEYS.path), httpStatus);
  const rows = await readers.all<Summary>(sql, params);
  return new Map(rows.map((row) => [hexOfUuid(row.trace_id), row]));
}

/** By trace. */
async function valuesOf<Value>(
  readers: Readers,
  sqlOf: (ofTraces: string) => string,
  ofTraces: (params: Params) => string,
): Promise<Map<string, Value[]>> {
  const params = new Params();
  const rows = await readers.all<{ trace_id: string; value: Value }>(sqlOf(ofTraces(params)), params);
  const values = new Map<string, Value[]>();
  for (const { trace_id, value } of rows) {
    const traceId = hexOfUuid(trace_id);
    const known = values.get(traceId);
    if (known) known.push(value);
    else values.set(traceId, [value]);
  }
  return values;
}

async function countLogs(readers: Readers, traceIds: readonly string[]): Promise<Map<string, number>> {
  const params = new Params();
  const rows = await readers.all<{ trace_id: string; logs: bigint }>(LOGS(params.uuids(traceIds)), params);
  return new Map(rows.map((row) => [hexOfUuid(row.trace_id), Number(row.logs)]));
}

function overview(
  traceId: string,
  summary: Summary,
  service: string,
  services: readonly string[],
): Omit<TraceOverview, "logCount" | "errors"> {
  const { name, method, path, http_status: httpStatus, has_root: hasRoot } = summary;
  const others = services.filter((other) => other && other !== service);
  return {
    traceId,
    rootSpanId: hasRoot ? hexOfSpanId(summary.span_id) : "",
    rootSpanName: name,
    rootName: displayName(name, method ?? undefined, path ?? undefined),
    service,
    services: [...(service ? [service] : []), ...[...new Set(others)].sort()],
    startTimeUnixNano: summary.first,
    endTimeUnixNano: summary.last,
    spanCount: Number(summary.spans),
    errorCount: Number(summary.failed),
    statusCode: hasRoot ? summary.status_code : 0,
    ...(hasRoot && httpStatus !== null && { httpStatusCode: httpStatus }),
  };
}
