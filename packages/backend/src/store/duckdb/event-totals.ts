// Numbers over all matching events: counts per time bucket, which keys occur, how much there is to read.

import type { EventFilter } from "../filter.ts";
import type { EventBucket, EventKey, Extent, ServiceOverview } from "../store.ts";
import { located } from "./candidate-blocks.ts";
import { passesNothing } from "./decided.ts";
import type { KeyDictionary } from "./key-dictionary.ts";
import { Params } from "./params.ts";
import type { Readers } from "./readers.ts";
import { weightSql, weightsIn } from "./sample-weight.ts";
import { fromOf, whereClause, whereOf } from "./sql-filter.ts";
import { type EventTable, FieldSql, IS_ERROR, LOG_LEVEL, TIME_COLUMN } from "./sql-values.ts";
import type { StoredType } from "./stored-value.ts";

const TABLES = ["spans", "logs"] as const;

const BUCKETS = (table: EventTable, rows: string, bucket: string) => `
SELECT (${TIME_COLUMN[table]} // ${bucket}) * ${bucket} AS start, count(*) AS stored, count(*) FILTER (${IS_ERROR[table]}) AS errors
FROM ${rows} GROUP BY start`;

const WEIGHTED_BUCKETS = (table: EventTable, rows: string, bucket: string, weight: string) => `
SELECT (${TIME_COLUMN[table]} // ${bucket}) * ${bucket} AS start, count(*) AS stored, sum(${weight}) AS count,
  coalesce(sum(${weight}) FILTER (${IS_ERROR[table]}), 0) AS errors
FROM ${rows} GROUP BY start`;

interface BucketRow {
  start: bigint;
  stored: bigint;
  errors: bigint | number;
  /** Where events were sampled. */
  count?: number;
}

export async function countEvents(
  readers: Readers,
  keys: KeyDictionary,
  filter: EventFilter,
  bucketNano: bigint,
): Promise<EventBucket[]> {
  const buckets = new Map<bigint, EventBucket>();
  const wanted = await located(readers, keys, filter);
  const perTable = await Promise.all(
    TABLES.map((table) => bucketsIn(table, readers, keys, wanted, bucketNano)),
  );
  for (const { start, stored, count, errors } of perTable.flat()) {
    const bucket = buckets.get(start) ?? { startUnixNano: start, count: 0, stored: 0, errors: 0 };
    bucket.stored += Number(stored);
    bucket.count += count ?? Number(stored);
    bucket.errors += Number(errors);
    buckets.set(start, bucket);
  }
  return [...buckets.values()].sort((a, b) => (a.startUnixNano < b.startUnixNano ? -1 : 1));
}

async function bucketsIn(
  table: EventTable,
  readers: Readers,
  keys: KeyDictionary,
  filter: EventFilter,
  bucketNano: bigint,
): Promise<BucketRow[]> {
  if (passesNothing(filter, table, keys)) return [];
  const params = new Params();
  const weights = await weightsIn(readers, keys, params);
  const fields = new FieldSql(table, keys, params);
  const weight = weights && weightSql(fields, weights);
  const where = whereOf(filter, fields);
  const join = table === "spans" ? (weights?.join ?? "") : "";
  const rows = `${fromOf(fields)}${join} WHERE ${where}`;
  const bucket = params.bigint(bucketNano);
  const sql = weight ? WEIGHTED_BUCKETS(table, rows, bucket, weight) : BUCKETS(table, rows, bucket);
  return readers.all<BucketRow>((weights?.with ?? "") + sql, params);
}

const OWN_KEYS = (table: EventTable, from: string, where: string) => `
SELECT id, max(moment) AS seen FROM (SELECT unnest(e.attribute_ids) AS id, ${TIME_COLUMN[table]} AS moment FROM ${from} WHERE ${where}) GROUP BY id`;

const RESOURCE_KEYS = (table: EventTable, from: string, where: string) => `
SELECT id, max(seen) AS seen FROM (
  SELECT unnest(r.attribute_ids) AS id, seen
  FROM (SELECT e.resource_id, max(${TIME_COLUMN[table]}) AS seen FROM ${from} WHERE ${where} GROUP BY e.resource_id) used
  JOIN resources r ON r.id = used.resource_id
) GROUP BY id`;

/** The `$metadata` fields that are columns, and when an event has them. */
const COLUMNS_PRESENT = {
  spans: {
    traceId: "TRUE",
    spanId: "TRUE",
    spanName: "TRUE",
    parentSpanId: "e.parent_span_id <> 0",
    duration: "TRUE",
    startTime: "TRUE",
    endTime: "TRUE",
    type: "TRUE",
    level: IS_ERROR.spans,
    error: "e.error IS NOT NULL",
    service: "r.service <> ''",
  },
  logs: {
    traceId: "e.trace_id IS NOT NULL",
    spanId: "e.span_id <> 0",
    type: "TRUE",
    level: `${LOG_LEVEL} IS NOT NULL`,
    message: "TRUE",
    error: IS_ERROR.logs,
    service: "r.service <> ''",
  },
} as const satisfies Record<EventTable, Record<string, string>>;

const NUMERIC_COLUMNS = new Set(["duration", "startTime", "endTime"]);

const PRESENCE = (table: EventTable, from: string, where: string) => {
  const columns = Object.entries(COLUMNS_PRESENT[table]).map(
    ([name, present]) => `max(${TIME_COLUMN[table]}) FILTER (${present}) AS "${name}"`,
  );
  return `SELECT ${columns.join(", ")} FROM ${from} WHERE ${where}`;
};

const VALUE_TYPE: Record<StoredType, EventKey["type"]> = {
  s: "string",
  b: "boolean",
  i: "number",
  d: "number",
  y: "string",
  a: "string",
  k: "string",
  e: "string",
};

export async function listKeys(
  readers: Readers,
  keys: KeyDictionary,
  filter: EventFilter,
): Promise<EventKey[]> {
  const found = new Map<string, EventKey>();
  const see = (key: string, type: EventKey["type"], seen: bigint) => {
    const known = found.get(`${type} ${key}`);
    if (!known) found.set(`${type} ${key}`, { key, type, lastSeenUnixNano: seen });
    else if (seen > known.lastSeenUnixNano) known.lastSeenUnixNano = seen;
  };
  const wanted = await located(readers, keys, filter);
  for (const table of TABLES) {
    for (const sqlOf of [OWN_KEYS, RESOURCE_KEYS]) {
      const { from, where, params } = whereClause(wanted, table, keys);
      for (const row of await readers.all<{ id: number; seen: bigint }>(sqlOf(table, from, where), params)) {
        const { key, type } = keys.entry(row.id);
        see(key, VALUE_TYPE[type], row.seen);
      }
    }
    const { from, where, params } = whereClause(wanted, table, keys, true);
    const [columns] = await readers.all<Record<string, bigint | null>>(PRESENCE(table, from, where), params);
    for (const [name, seen] of Object.entries(columns ?? {})) {
      if (seen !== null) see(`$metadata.${name}`, NUMERIC_COLUMNS.has(name) ? "number" : "string", seen);
    }
  }
  return [...found.values()];
}

const EXTENT = (table: EventTable, where: string) =>
  `SELECT count(*) AS rows, coalesce(sum(e.byte_size), 0)::BIGINT AS bytes FROM ${table} e WHERE ${where}`;

/** Rows and bytes within the time range: other conditions are tested row by row, so they are all read. */
export async function measure(readers: Readers, keys: KeyDictionary, filter: EventFilter): Promise<Extent> {
  const range: EventFilter = { ...filter, conditions: { combine: "all", conditions: [] } };
  delete range.needle;
  const params = new Params();
  // One statement: it runs beside others of the same query, and leaves them a connection.
  const sql = TABLES.map((table) => EXTENT(table, whereOf(range, new FieldSql(table, keys, params))));
  const rows = await readers.all<{ rows: bigint; bytes: bigint }>(sql.join(" UNION ALL "), params);
  const extent: Extent = { rows: 0, bytes: 0 };
  for (const part of rows) {
    extent.rows += Number(part.rows);
    extent.bytes += Number(part.bytes);
  }
  return extent;
}

const SERVICES = `
SELECT r.service AS name, max(used.seen) AS seen
FROM (
  SELECT resource_id, max(start_unix_nano) AS seen FROM spans GROUP BY resource_id
  UNION ALL SELECT resource_id, max(at_unix_nano) FROM logs GROUP BY resource_id
) used JOIN resources r ON r.id = used.resource_id
WHERE r.service <> '' GROUP BY r.service ORDER BY name`;

export async function listServices(readers: Readers): Promise<ServiceOverview[]> {
  const rows = await readers.all<{ name: string; seen: bigint }>(SERVICES);
  return rows.map((row) => ({ name: row.name, lastSeenUnixNano: row.seen }));
}
