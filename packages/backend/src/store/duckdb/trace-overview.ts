// One line about each of some traces: its root or earliest span, services, counts and errors. Only rows between the
// earliest and the latest start of these traces are read.

import { serviceOf } from "../service-name.ts";
import { REMOTE_PARENT } from "../span-entry.ts";
import type { TraceOverview } from "../store.ts";
import { displayName, NAME_KEYS } from "../trace-name.ts";
import { hexOfUuid } from "./hex.ts";
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

const SUMMARY = (head: string, traces: string, from: string, to: string) => `
SELECT
  e.trace_id::VARCHAR AS trace_id,
  coalesce(min(e.start_unix_nano) FILTER (e.start_unix_nano > 0), 0) AS first,
  max(greatest(e.end_unix_nano, e.start_unix_nano)) AS last,
  count(*) AS spans,
  count(*) FILTER (e.status_code = 2) AS failed,
  to_json(list(DISTINCT e.resource_id))::VARCHAR AS resource_ids,
  to_json(list_sort(list(DISTINCT e.error) FILTER (e.error IS NOT NULL))[1:${ERRORS_SHOWN}])::VARCHAR AS errors,
  to_json(arg_min(${head}, ${START_ORDER}) FILTER (e.parent_span_id = 0))::VARCHAR AS root,
  to_json(arg_min(${head}, ${START_ORDER}) FILTER (e.flags & ${REMOTE_PARENT} = ${REMOTE_PARENT}))::VARCHAR AS entry,
  to_json(arg_min(${head}, ${START_ORDER}))::VARCHAR AS earliest
FROM spans e
WHERE e.start_unix_nano BETWEEN ${from} AND ${to} AND e.trace_id IN (SELECT unnest(${traces}))
GROUP BY e.trace_id`;

const HEAD = (method: string, path: string, httpStatus: string) =>
  `{'spanId': lower(lpad(hex(e.span_id), 16, '0')), 'name': e.name, 'statusCode': e.status_code, 'resource': e.resource_id, ` +
  `'method': ${method}, 'path': ${path}, 'httpStatus': ${httpStatus}}`;

const LOGS = (traces: string) => `
SELECT trace_id::VARCHAR AS trace_id, count(*) AS logs FROM logs
WHERE trace_id IN (SELECT unnest(${traces})) GROUP BY trace_id`;

interface Summary {
  trace_id: string;
  first: bigint;
  last: bigint;
  spans: bigint;
  failed: bigint;
  resource_ids: string;
  errors: string | null;
  root: string | null;
  /** The first span whose parent is in another process: stands for the root of a trace that began out of our sight. */
  entry: string | null;
  earliest: string;
}

interface Head {
  spanId: string;
  name: string;
  statusCode: number;
  resource: number;
  method: string | null;
  path: string | null;
  httpStatus: number | null;
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
    summarise(readers, keys, ranges, traceIds),
    countLogs(readers, traceIds),
  ]);
  const resources = await origins.resources(
    [...summaries.values()].flatMap((summary) => JSON.parse(summary.resource_ids) as number[]),
  );
  const serviceName = (id: number) => {
    const resource = resources.get(id);
    return resource ? serviceOf(resource) : "";
  };
  return traceIds.flatMap((traceId) => {
    const summary = summaries.get(traceId);
    return summary ? [overview(traceId, summary, logCounts.get(traceId) ?? 0, serviceName)] : [];
  });
}

async function summarise(
  readers: Readers,
  keys: KeyDictionary,
  ranges: readonly TraceRange[],
  traceIds: readonly string[],
): Promise<Map<string, Summary>> {
  const params = new Params();
  const fields = new FieldSql("spans", keys, params);
  const own = (key: string) => fields.ownText(key) ?? "NULL";
  const head = HEAD(
    own(NAME_KEYS.method),
    own(NAME_KEYS.path),
    `TRY_CAST(${own(NAME_KEYS.httpStatus)} AS INTEGER)`,
  );
  const [from, to] = boundsOf(
    ranges.flatMap(({ lowestUnixNano, lastUnixNano }) => [lowestUnixNano, lastUnixNano]),
  );
  const sql = SUMMARY(head, params.uuids(traceIds), params.bigint(from), params.bigint(to));
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
  logCount: number,
  serviceName: (resourceId: number) => string,
): TraceOverview {
  const rootJson = summary.root ?? summary.entry;
  const root = rootJson === null ? undefined : (JSON.parse(rootJson) as Head);
  const head = root ?? (JSON.parse(summary.earliest) as Head);
  const service = serviceName(head.resource);
  const others = (JSON.parse(summary.resource_ids) as number[])
    .map(serviceName)
    .filter((name) => name && name !== service);
  return {
    traceId,
    rootSpanId: root?.spanId ?? "",
    rootSpanName: head.name,
    rootName: displayName(head.name, head.method ?? undefined, head.path ?? undefined),
    service,
    services: [...(service ? [service] : []), ...[...new Set(others)].sort()],
    startTimeUnixNano: summary.first,
    endTimeUnixNano: summary.last,
    spanCount: Number(summary.spans),
    errorCount: Number(summary.failed),
    logCount,
    statusCode: root?.statusCode ?? 0,
    ...(root?.httpStatus != null && { httpStatusCode: root.httpStatus }),
    errors: summary.errors === null ? [] : (JSON.parse(summary.errors) as string[]),
  };
}
