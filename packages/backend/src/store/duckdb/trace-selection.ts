// Which traces are meant, as conditions on the trace id of a row `e`. They read narrow columns of all spans, which DuckDB
// does in some tens of milliseconds for millions; how many there are it decides once a statement.

import type { EventFilter } from "../filter.ts";
import type { TraceSelection } from "../trace-queries.ts";
import type { KeyDictionary } from "./key-dictionary.ts";
import type { Params } from "./params.ts";
import { fromOf, whereOf } from "./sql-filter.ts";
import { FieldSql } from "./sql-values.ts";

const TABLES = ["spans", "logs"] as const;

export const FAILED = "e.trace_id IN (SELECT trace_id FROM spans WHERE status_code = 2)";

/** How long a span took; one whose end is not set took no time. */
export const TOOK = "greatest(e.end_unix_nano - e.start_unix_nano, 0)";

/** Whether it says more than `where`. */
export const isSelective = ({ hasErrors, took }: TraceSelection): boolean =>
  hasErrors === true || took !== undefined;

/** For all but `where`, which a list has for its own rows. */
export function traceTests({ hasErrors, took }: TraceSelection, params: Params): string[] {
  const tests: string[] = [];
  if (hasErrors) tests.push(FAILED);
  if (took) {
    const [from, to] = [params.bigint(took.fromNano), params.bigint(took.toNano)];
    const roots = `SELECT e.trace_id FROM spans e WHERE e.parent_span_id = 0 AND ${TOOK} >= ${from} AND ${TOOK} < ${to}`;
    tests.push(`e.trace_id IN (${roots})`);
  }
  return tests;
}

/** For all of it. */
export function selectionTests(selection: TraceSelection, keys: KeyDictionary, params: Params): string[] {
  const tests = traceTests(selection, params);
  if (selection.where) tests.push(`e.trace_id IN (${tracesWith(selection.where, keys, params)})`);
  return tests;
}

const tracesWith = (where: EventFilter, keys: KeyDictionary, params: Params): string =>
  TABLES.map((table) => {
    const fields = new FieldSql(table, keys, params);
    const passes = whereOf(where, fields);
    return `SELECT e.trace_id FROM ${fromOf(fields)} WHERE ${passes} AND e.trace_id IS NOT NULL`;
  }).join(" UNION ALL ");
