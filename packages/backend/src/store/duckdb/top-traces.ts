// The traces that have most of something, such as the longest. What they have is calculated of all traces with rows in the
// time range; what is shown of the first of them is read as for any list.

import type { TraceOverview } from "../store.ts";
import type { TopTracesQuery, TraceFigure } from "../trace-queries.ts";
import { hexOfUuid } from "./hex.ts";
import type { KeyDictionary } from "./key-dictionary.ts";
import type { OriginReader } from "./origin-reader.ts";
import { Params } from "./params.ts";
import type { Readers } from "./readers.ts";
import { type EventTable, TIME_COLUMN } from "./sql-values.ts";
import { inListOrder, rangesOf } from "./trace-list.ts";
import { traceOverviews } from "./trace-overview.ts";
import { selectionTests } from "./trace-selection.ts";

/** Of traces that cross the range's ends only a part is counted at first: so many more than asked for are looked at. */
const SPARE = 100;

const FIGURES: Readonly<Record<TraceFigure, { table: EventTable; sql: string }>> = {
  duration: {
    table: "spans",
    sql: "max(greatest(e.end_unix_nano, e.start_unix_nano)) - min(e.start_unix_nano)",
  },
  spans: { table: "spans", sql: "count(*)" },
  errors: { table: "spans", sql: "count(*) FILTER (e.status_code = 2)" },
  logs: { table: "logs", sql: "count(*)" },
};

const figureOf: Readonly<Record<TraceFigure, (trace: TraceOverview) => bigint>> = {
  duration: ({ startTimeUnixNano, endTimeUnixNano }) => endTimeUnixNano - startTimeUnixNano,
  spans: ({ spanCount }) => BigInt(spanCount),
  errors: ({ errorCount }) => BigInt(errorCount),
  logs: ({ logCount }) => BigInt(logCount),
};

const TOP = (table: EventTable, figure: string, where: string, limit: string) => `
SELECT e.trace_id::VARCHAR AS trace_id FROM ${table} e WHERE ${where}
GROUP BY e.trace_id HAVING ${figure} > 0 ORDER BY ${figure} DESC LIMIT ${limit}`;

export async function topTraces(
  readers: Readers,
  keys: KeyDictionary,
  origins: OriginReader,
  { figure, limit, fromUnixNano, toUnixNano, ...selection }: TopTracesQuery,
): Promise<TraceOverview[]> {
  const { table, sql } = FIGURES[figure];
  const params = new Params();
  const where = [
    "e.trace_id IS NOT NULL",
    `${TIME_COLUMN[table]} >= ${params.bigint(fromUnixNano)}`,
    `${TIME_COLUMN[table]} < ${params.bigint(toUnixNano)}`,
    ...selectionTests(selection, keys, params),
  ].join(" AND ");
  const top = await readers.all<{ trace_id: string }>(
    TOP(table, sql, where, params.bigint(limit + SPARE)),
    params,
  );
  const ranges = (
    await rangesOf(
      readers,
      top.map(({ trace_id }) => hexOfUuid(trace_id)),
    )
  )
    .filter(({ firstUnixNano }) => firstUnixNano >= fromUnixNano && firstUnixNano < toUnixNano)
    .sort(inListOrder);
  const traces = await traceOverviews(readers, keys, origins, ranges);
  const most = figureOf[figure];
  return traces.sort((a, b) => Number(most(b) - most(a))).slice(0, limit);
}
