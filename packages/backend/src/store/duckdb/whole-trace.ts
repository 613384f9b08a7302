// One trace with everything in it. Two steps: the time range of the trace, of spans from a narrow table of their own, then
// the wide rows of that range only.

import type { StoredTrace } from "../store.ts";
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

const ROWS = (table: Table, trace: string, from: string, to: string) => `
SELECT ${SELECT[table]} FROM ${table} e
WHERE e.trace_id = ${trace} AND e.${TIME[table]} BETWEEN ${from} AND ${to}
ORDER BY e.${TIME[table]}, e.rowid`;

export async function wholeTrace(
  readers: Readers,
  keys: KeyDictionary,
  origins: OriginReader,
  traceId: string,
): Promise<StoredTrace | undefined> {
  const [spanRows, logRows] = await Promise.all([
    rowsOf<SelectedSpan>(readers, "spans", traceId),
    rowsOf<SelectedLog>(readers, "logs", traceId),
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

async function rowsOf<Row>(readers: Readers, table: Table, traceId: string): Promise<Row[]> {
  const ranged = new Params();
  const range = await readers.all<{ first: bigint | null; last: bigint | null }>(
    RANGE[table](ranged.uuid(traceId)),
    ranged,
  );
  const { first, last } = range[0] as { first: bigint | null; last: bigint | null };
  if (first === null || last === null) return [];
  const params = new Params();
  return readers.all<Row>(
    ROWS(table, params.uuid(traceId), params.bigint(first), params.bigint(last)),
    params,
  );
}

function indexed<T>(byId: Map<number, T>): { values: T[]; numberOf: Map<number, number> } {
  const numberOf = new Map<number, number>();
  const values: T[] = [];
  for (const [id, value] of byId) {
    numberOf.set(id, values.length);
    values.push(value);
  }
  return { values, numberOf };
}
