// Who calls whom: each span that begins a service's part in a trace, joined with its parent, which is the caller's.

import { REMOTE_PARENT } from "../span-entry.ts";
import type { ServiceCalls, ServiceMapQuery } from "../store.ts";
import { Params } from "./params.ts";
import type { Readers } from "./readers.ts";

/** A parent starts before its child, give or take what clocks differ; a call that is a day longer has no caller here. */
const DAY_NANO = 86_400_000_000_000n;

/** OTLP's kinds of span that are handled on behalf of another process: server and consumer. */
const HANDLING_KINDS = "2, 5";

const CALLS = (from: string, to: string, parentFrom: string, parentTo: string, limit: string) => `
WITH entries AS (
  SELECT e.trace_id, e.parent_span_id, e.status_code, greatest(e.end_unix_nano - e.start_unix_nano, 0) AS took, r.service
  FROM spans e JOIN resources r ON r.id = e.resource_id
  WHERE e.start_unix_nano >= ${from} AND e.start_unix_nano < ${to}
    AND (e.parent_span_id = 0 OR e.kind IN (${HANDLING_KINDS}) OR e.flags & ${REMOTE_PARENT} = ${REMOTE_PARENT})
), parents AS (
  SELECT p.trace_id, p.span_id, r.service
  FROM spans p JOIN resources r ON r.id = p.resource_id
  WHERE p.start_unix_nano >= ${parentFrom} AND p.start_unix_nano < ${parentTo}
    AND (p.trace_id, p.span_id) IN (SELECT (trace_id, parent_span_id) FROM entries WHERE parent_span_id <> 0)
)
SELECT
  coalesce(parents.service, '') AS caller,
  entries.service AS callee,
  count(*) AS count,
  count(*) FILTER (entries.status_code = 2) AS errors,
  quantile_cont(took, 0.5)::BIGINT AS p50,
  quantile_cont(took, 0.95)::BIGINT AS p95
FROM entries LEFT JOIN parents
  ON parents.trace_id = entries.trace_id AND parents.span_id = entries.parent_span_id
WHERE parents.service IS DISTINCT FROM entries.service
GROUP BY caller, callee ORDER BY count DESC, caller, callee LIMIT ${limit}`;

export async function serviceCalls(readers: Readers, query: ServiceMapQuery): Promise<ServiceCalls[]> {
  const { fromUnixNano, toUnixNano, limit } = query;
  const params = new Params();
  const parentFrom = fromUnixNano > DAY_NANO ? fromUnixNano - DAY_NANO : 0n;
  const sql = CALLS(
    params.bigint(fromUnixNano),
    params.bigint(toUnixNano),
    params.bigint(parentFrom),
    params.bigint(toUnixNano),
    params.bigint(limit),
  );
  const rows = await readers.all<{
    caller: string;
    callee: string;
    count: bigint;
    errors: bigint;
    p50: bigint;
    p95: bigint;
  }>(sql, params);
  return rows.map(({ caller, callee, count, errors, p50, p95 }) => ({
    caller,
    callee,
    count: Number(count),
    errors: Number(errors),
    p50Nano: p50,
    p95Nano: p95,
  }));
}
