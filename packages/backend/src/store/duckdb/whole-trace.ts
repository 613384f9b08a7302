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

const SPAN_RANGE = (trace: string) =>
  `SELECT min(lowest_unix_nano) AS first, max(last_unix_nano) AS last FROM trace_ranges WHERE trace_id = ${trace}`;

const LOG_RANGE = (trace: string) =>
  `SELECT min(at_unix_nano) AS first, max(at_unix_nano) AS last, coalesce(sum(byte_size), 0)::BIGINT AS bytes FROM logs WHERE trace_id = ${trace}`;

/**
 * Some 400,000 spans of ten attributes: about a gigabyte in memory and 400 MB as JSON, which is as much as the explorer
 * shows.
 */
const MAX_TRACE_BYTES = 200_000_000;

/** A trace's rows in one table, for one statement. */
interface Part {
  table: Table;
  where: string;
  params: Params;
}

/** In no order: DuckDB takes longer to sort rows as wide as these than to read them. */
const ROWS = ({ table, where }: Part, more = "") => `
SELECT ${SELECT[table]}, e.rowid AS place, e.${TIME[table]} AS moment${more} FROM ${table} e WHERE ${where}`;

/** None comes beyond the one that makes them too many. A sum that all rows are compared with takes longer to be planned. */
const ROWS_UP_TO = (part: Part, bytes: string) =>
  `${ROWS(part, ", sum(e.byte_size) OVER (ROWS UNBOUNDED PRECEDING) AS bytes")} QUALIFY bytes - e.byte_size <= ${bytes}`;

interface Placed {
  place: bigint;
  moment: bigint;
}

const BYTES = ({ table, where }: Part) =>
  `SELECT coalesce(sum(e.byte_size), 0)::BIGINT AS bytes FROM ${table} e WHERE ${where}`;

export async function wholeTrace(
  readers: Readers,
  keys: KeyDictionary,
  origins: OriginReader,
  traceId: string,
  maxBytes = MAX_TRACE_BYTES,
): Promise<StoredTrace | undefined> {
  const [spanRange, logRange] = await Promise.all([
    rangeOf<Range>(readers, SPAN_RANGE, traceId),
    rangeOf<Range & { bytes: bigint }>(readers, LOG_RANGE, traceId),
  ]);
  const logBytes = Number(logRange?.bytes ?? 0);
  if (logBytes > maxBytes) throw tooLarge(traceId, logBytes, maxBytes);
  const [spanRows, logRows] = await Promise.all([
    spanRange ? spansUpTo(readers, traceId, spanRange, logBytes, maxBytes) : [],
    logRange ? logsOf(readers, traceId, logRange) : [],
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
    spans: made(spanRows, (row) => ({ ...spanOf(row, keys), ...numbers(row) })),
    logs: made(logRows, (row) => ({ ...logOf(row, keys), ...numbers(row) })),
    resources: resources.values,
    scopes: scopes.values,
  };
}

/** One after the other as they are asked for: a record is some fifty objects, a row has its attributes as two texts. */
const made = <Row, Made>(rows: readonly Row[], recordOf: (row: Row) => Made): Iterable<Made> => ({
  *[Symbol.iterator]() {
    for (const row of rows) yield recordOf(row);
  },
});

/** Where a trace's rows in one table lie in time. */
interface Range {
  first: bigint;
  last: bigint;
}

async function rangeOf<Found extends Range>(
  readers: Readers,
  sqlOf: (trace: string) => string,
  traceId: string,
): Promise<Found | undefined> {
  const params = new Params();
  const [found] = await readers.all<Found | { first: null }>(sqlOf(params.uuid(traceId)), params);
  return found === undefined || found.first === null ? undefined : found;
}

function partOf(table: Table, traceId: string, { first, last }: Range): Part {
  const params = new Params();
  const where = `e.trace_id = ${params.uuid(traceId)} AND e.${TIME[table]} BETWEEN ${params.bigint(first)} AND ${params.bigint(last)}`;
  return { table, where, params };
}

async function logsOf(readers: Readers, traceId: string, range: Range): Promise<SelectedLog[]> {
  const part = partOf("logs", traceId, range);
  return inOrder(await readers.all<SelectedLog & Placed>(ROWS(part), part.params));
}

async function spansUpTo(
  readers: Readers,
  traceId: string,
  range: Range,
  logBytes: number,
  maxBytes: number,
): Promise<SelectedSpan[]> {
  const part = partOf("spans", traceId, range);
  const room = BigInt(maxBytes - logBytes);
  const sql = ROWS_UP_TO(part, part.params.bigint(room));
  const rows = await readers.all<SelectedSpan & Placed & { bytes: bigint }>(sql, part.params);
  if (!rows.some(({ bytes }) => bytes > room)) return inOrder(rows);
  const whole = partOf("spans", traceId, range);
  const [sum] = await readers.all<{ bytes: bigint }>(BYTES(whole), whole.params);
  throw tooLarge(traceId, Number(sum?.bytes) + logBytes, maxBytes);
}

/** By their times, then as they came. */
const inOrder = <Row extends Placed>(rows: Row[]): Row[] =>
  rows.sort((a, b) => compare(a.moment, b.moment) || compare(a.place, b.place));

const compare = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);

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
