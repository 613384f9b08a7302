// Everything that is stored, oldest first, page by page, as it was sent: for exports. A page ends between two times, never
// among records of one, so that it needs no place to go on from but a time, and what was told apart by its place among
// equals within a request stays together.

import type { LogRecord, LogsData, Span, TracesData } from "@enterspan/otlp";
import type { ExportedPage, ExportRange, StoredResource, StoredScope } from "../store.ts";
import type { KeyDictionary } from "./key-dictionary.ts";
import { LOG_SELECT, logOf, type SelectedLog } from "./log-rows.ts";
import type { OriginReader } from "./origin-reader.ts";
import { Params } from "./params.ts";
import type { Readers } from "./readers.ts";
import { type SelectedSpan, SPAN_SELECT, spanOf } from "./span-rows.ts";

/** Records of a page, and the size of their texts: more only where records of one time or a single one are. */
const PAGE_RECORDS = 4_096;
const PAGE_BYTES = 4_000_000;

type Table = "spans" | "logs";

const TIME = { spans: "start_unix_nano", logs: "at_unix_nano" } as const;
const SELECT = { spans: SPAN_SELECT, logs: LOG_SELECT } as const;

const SIZES = (table: Table, from: string, to: string) => `
SELECT ${TIME[table]} AS time, byte_size FROM ${table}
WHERE ${TIME[table]} >= ${from} AND ${TIME[table]} < ${to}
ORDER BY time LIMIT ${PAGE_RECORDS + 1}`;

const ROWS = (table: Table, from: string, to: string) => `
SELECT ${SELECT[table]} FROM ${table} e
WHERE e.${TIME[table]} >= ${from} AND e.${TIME[table]} < ${to}
ORDER BY e.${TIME[table]}, e.rowid`;

export async function exportSpans(
  readers: Readers,
  keys: KeyDictionary,
  origins: OriginReader,
  range: ExportRange,
): Promise<ExportedPage<TracesData>> {
  const { rows, next } = await page<SelectedSpan>(readers, "spans", range);
  const groups = await grouped(rows, (row) => spanOf(row, keys), origins);
  const resourceSpans = groups.map(({ resource, scope, records: spans }) => ({
    ...ofResource(resource),
    scopeSpans: [{ ...ofScope(scope), spans }],
  }));
  return { data: { resourceSpans }, records: rows.length, next };
}

export async function exportLogs(
  readers: Readers,
  keys: KeyDictionary,
  origins: OriginReader,
  range: ExportRange,
): Promise<ExportedPage<LogsData>> {
  const { rows, next } = await page<SelectedLog>(readers, "logs", range);
  const groups = await grouped(rows, (row) => timed(logOf(row, keys), row.at_unix_nano), origins);
  const resourceLogs = groups.map(({ resource, scope, records: logRecords }) => ({
    ...ofResource(resource),
    scopeLogs: [{ ...ofScope(scope), logRecords }],
  }));
  return { data: { resourceLogs }, records: rows.length, next };
}

/** A log that came without any time was observed when it came; without that it would be another one at each import. */
function timed(log: LogRecord, atUnixNano: bigint): LogRecord {
  const hasTime = log.timeUnixNano !== 0n || log.observedTimeUnixNano !== 0n;
  return hasTime ? log : { ...log, observedTimeUnixNano: atUnixNano };
}

async function page<Row>(
  readers: Readers,
  table: Table,
  { fromUnixNano, toUnixNano }: ExportRange,
): Promise<{ rows: Row[]; next: bigint | undefined }> {
  const sizing = new Params();
  const sizes = await readers.all<{ time: bigint; byte_size: number }>(
    SIZES(table, sizing.bigint(fromUnixNano), sizing.bigint(toUnixNano)),
    sizing,
  );
  const next = endOf(sizes);
  const params = new Params();
  const rows = await readers.all<Row>(
    ROWS(table, params.bigint(fromUnixNano), params.bigint(next ?? toUnixNano)),
    params,
  );
  return { rows, next };
}

/** Where a page ends that begins with these records, which are in order; undefined where it holds them all. */
function endOf(sizes: ReadonlyArray<{ time: bigint; byte_size: number }>): bigint | undefined {
  const first = sizes[0]?.time;
  let bytes = 0;
  for (const [index, { time, byte_size }] of sizes.entries()) {
    bytes += byte_size;
    if (index < PAGE_RECORDS && bytes <= PAGE_BYTES) continue;
    // All of the first time belong together, however many they are.
    return time === first ? time + 1n : time;
  }
  return undefined;
}

interface Group<T> {
  resource: StoredResource;
  scope: StoredScope;
  records: T[];
}

/** Neighbours of one resource and scope share a group; the order stays. */
async function grouped<Row extends SelectedSpan | SelectedLog, T extends Span | LogRecord>(
  rows: readonly Row[],
  recordOf: (row: Row) => T,
  origins: OriginReader,
): Promise<Group<T>[]> {
  const resources = await origins.resources(rows.map((row) => row.resource_id));
  const scopes = await origins.scopes(rows.map((row) => row.scope_id));
  const groups: Group<T>[] = [];
  let last: Row | undefined;
  for (const row of rows) {
    if (row.resource_id !== last?.resource_id || row.scope_id !== last?.scope_id) {
      const resource = resources.get(row.resource_id) as StoredResource;
      groups.push({ resource, scope: scopes.get(row.scope_id) as StoredScope, records: [] });
    }
    (groups.at(-1) as Group<T>).records.push(recordOf(row));
    last = row;
  }
  return groups;
}

const ofResource = ({ schemaUrl, ...resource }: StoredResource) => ({ resource, schemaUrl });
const ofScope = ({ schemaUrl, ...scope }: StoredScope) => ({ scope, schemaUrl });
