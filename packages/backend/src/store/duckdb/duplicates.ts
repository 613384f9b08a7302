// Which records of a write are stored already. A record sent again has the same time, so only rows in the time range of
// the write are looked at: the newest row group or two, about a millisecond, without an index to keep.

import { BIGINT, type DuckDBConnection, UBIGINT, UINTEGER, UUID } from "@duckdb/node-api";
import { append } from "./append.ts";
import { hexOfSpanId, hexOfUuid, uuidOf } from "./hex.ts";
import { type LogRow, logIdentity } from "./log-rows.ts";
import { Params } from "./params.ts";
import { type SpanRow, spanIdentity } from "./span-rows.ts";
import { boundsOf } from "./time-bounds.ts";

/** Run once on the writing connection. */
export const PROBE_TABLES = `
CREATE TEMP TABLE span_probe (trace_id UUID, span_id UBIGINT, start_unix_nano BIGINT);
CREATE TEMP TABLE log_probe (digest UUID, occurrence UINTEGER, at_unix_nano BIGINT);
`;

const SPANS_STORED = (from: string, to: string) => `
SELECT DISTINCT s.trace_id::VARCHAR, s.span_id, s.start_unix_nano
FROM (SELECT trace_id, span_id, start_unix_nano FROM spans WHERE start_unix_nano BETWEEN ${from} AND ${to}) s
JOIN span_probe p ON s.start_unix_nano = p.start_unix_nano AND s.span_id = p.span_id AND s.trace_id = p.trace_id`;

const LOGS_STORED = (from: string, to: string) => `
SELECT DISTINCT l.digest::VARCHAR, l.occurrence
FROM (SELECT digest, occurrence, at_unix_nano FROM logs WHERE at_unix_nano BETWEEN ${from} AND ${to}) l
JOIN log_probe p ON l.at_unix_nano = p.at_unix_nano AND l.digest = p.digest AND l.occurrence = p.occurrence`;

/** Identities among `rows` that the table has. Takes part in the open transaction. */
export async function storedSpans(
  connection: DuckDBConnection,
  rows: readonly SpanRow[],
): Promise<Set<string>> {
  if (rows.length === 0) return new Set();
  await connection.run("TRUNCATE span_probe");
  await append<SpanRow>(
    connection,
    "span_probe",
    [
      { type: UUID, of: (row) => row.traceId },
      { type: UBIGINT, of: (row) => row.spanId },
      { type: BIGINT, of: ({ span }) => span.startTimeUnixNano },
    ],
    rows,
  );
  const params = new Params();
  const [from, to] = boundsOf(rows.map(({ span }) => span.startTimeUnixNano));
  const sql = SPANS_STORED(params.bigint(from), params.bigint(to));
  const found = await connection.runAndReadAll(sql, params.values, params.types);
  return new Set(
    found
      .getRows()
      .map(([trace, span, start]) =>
        spanIdentity(hexOfUuid(trace as string), hexOfSpanId(span as bigint), start as bigint),
      ),
  );
}

export async function storedLogs(
  connection: DuckDBConnection,
  rows: readonly LogRow[],
): Promise<Set<string>> {
  if (rows.length === 0) return new Set();
  await connection.run("TRUNCATE log_probe");
  await append<LogRow>(
    connection,
    "log_probe",
    [
      { type: UUID, of: (row) => uuidOf(row.digest) },
      { type: UINTEGER, of: (row) => row.occurrence },
      { type: BIGINT, of: (row) => row.atUnixNano },
    ],
    rows,
  );
  const params = new Params();
  const [from, to] = boundsOf(rows.map((row) => row.atUnixNano));
  const sql = LOGS_STORED(params.bigint(from), params.bigint(to));
  const found = await connection.runAndReadAll(sql, params.values, params.types);
  return new Set(
    found
      .getRows()
      .map(([digest, occurrence]) => logIdentity(hexOfUuid(digest as string), occurrence as number)),
  );
}
