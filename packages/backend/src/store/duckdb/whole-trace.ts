// One trace with everything in it. Two steps: the time range of the trace, of spans from a narrow table of their own, then
// the wide rows of that range only.

import { type StoredTrace, StoreQueryError } from "../store.ts";
import type { KeyDictionary } from "./key-dictionary.ts";
import { LOG_SELECT, logOf, type SelectedLog } from "./log-rows.ts";
import type { OriginReader } from "./origin-reader.ts";
import { Params } from "./params.ts";
import type { Readers } from "./readers.ts";
import { type SelectedSpan, SPAN_SELECT, spanOf } from "./span-rows.ts";

type Table = "spans" | "logs";

const TIME = { spans: "start_unix_nano", logs: "at_unix_nano" } as const;
const SELECT = { spans: SPAN_SELECT, logs: LOG_SELECT } as const;

const RANGE = {
  spans: (trace: string) =>
    `SELECT min(lowest_unix_nano) AS first, max(last_unix_nano) AS last FROM trace_ranges WHERE trace_id = ${trace}`,
  logs: (trace: string) =>
    `SELECT min(at_unix_nano) AS first, max(at_unix_nano) AS last FROM logs WHERE trace_id = ${trace}`,
} as const;

/**
 * Some 400,000 spans of ten attributes: about a gigabyte in memory and 400 MB as JSON, which is as much as the explorer
 * shows.
 */
const MAX_TRACE_BYTES = 200_000_000;

const BYTES = (table: Table, trace: string, from: string, to: string) =>
  `SELECT coalesce(sum(e.byte_size), 0)::BIGINT AS bytes FROM ${table} e WHERE ${IN_RANGE(table, trace, from, to)}`;

const IN_RANGE = (table: Table, trace: string, from: string, to: string) =>
  `e.trace_id = ${trace} AND e.${TIME[table]} BETWEEN ${from} AND ${to}`;

const ROWS = (table: Table, trace: string, from: string, to: string) => `
SELECT ${SELECT[table]} FROM ${table} e
WHERE ${IN_RANGE(table, trace, from, to)}
ORDER BY e.${TIME[table]}, e.rowid`;

export async function wholeTrace(
  readers: Readers,
  keys: KeyDictionary,
  origins: OriginReader,
  traceId: string,
  maxBytes = MAX_TRACE_BYTES,
): Promise<StoredTrace | undefined> {
  const [spans, logs] = await Promise.all([
    partOf(readers, "spans", traceId),
    partOf(readers, "logs", traceId),
  ]);
  const bytes = (spans?.bytes ?? 0) + (logs?.bytes ?? 0);
  if (bytes > maxBytes) throw tooLarge(traceId, bytes, maxBytes);
  const [spanRows, logRows] = await Promise.all([
    rowsOf<SelectedSpan>(readers, spans),
    rowsOf<SelectedLog>(readers, logs),
  ]);
  if (spanRows.length === 0 && logRows.length === 0) return undefined;
  const rows = [...spanRows, ...logRows];
  const resources = indexed(await origins.resources(rows.map((row) => row.resource_id)));
  const scopes = indexed(await origins.scopes(rows.map((row) => row.scope_id)));
  const numbers = (row: SelectedSpan | SelectedLog) => ({
    resource: resources.numberOf.get(row.resource_id) as number,
    scope: scopes.numberOf.get(row.scope_id) as number,
  });
  return {
    spans: spanRows.map((row) => ({ ...spanOf(row, keys), ...numbers(row) })),
    logs: logRows.map((row) => ({ ...logOf(row, keys), ...numbers(row) })),
    resources: resources.values,
    scopes: scopes.values,
  };
}

/** A trace's rows in one table: where they lie in time, and about how much they are. */
interface Part {
  table: Table;
  traceId: string;
  first: bigint;
  last: bigint;
  bytes: number;
}

async function partOf(readers: Readers, table: Table, traceId: string): Promise<Part | undefined> {
  const ranged = new Params();
  const [range] = await readers.all<{ first: bigint | null; last: bigint | null }>(
    RANGE[table](ranged.uuid(traceId)),
    ranged,
  );
  const { first, last } = range as { first: bigint | null; last: bigint | null };
  if (first === null || last === null) return undefined;
  const params = new Params();
  const sql = BYTES(table, params.uuid(traceId), params.bigint(first), params.bigint(last));
  const [sum] = await readers.all<{ bytes: bigint }>(sql, params);
  return { table, traceId, first, last, bytes: Number(sum?.bytes) };
}

async function rowsOf<Row>(readers: Readers, part: Part | undefined): Promise<Row[]> {
  if (part === undefined) return [];
  const { table, traceId, first, last } = part;
  const params = new Params();
  return readers.all<Row>(
    ROWS(table, params.uuid(traceId), params.bigint(first), params.bigint(last)),
    params,
  );
}

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6).toLocaleString("en-US")} MB`;

const tooLarge = (traceId: string, bytes: number, maxBytes: number): StoreQueryError =>
  new StoreQueryError(
    "trace_too_large",
    `Trace ${traceId} holds ${megabytes(bytes)} of spans and logs; ${megabytes(maxBytes)} are the most that are given as a whole. Ask for a part of it: search its logs and spans with trace:${traceId}, ask POST /api/sql, or write what was recorded in its time to a file with enterspan export.`,
  );

function indexed<T>(byId: Map<number, T>): { values: T[]; numberOf: Map<number, number> } {
  const numberOf = new Map<number, number>();
  const values: T[] = [];
  for (const [id, value] of byId) {
    numberOf.set(id, values.length);
    values.push(value);
  }
  return { values, numberOf };
}
