// Traces counted by when their roots began and how long these took: what a heatmap shows.

import type { TraceCell, TraceCountQuery } from "../trace-queries.ts";
import type { KeyDictionary } from "./key-dictionary.ts";
import { Params } from "./params.ts";
import type { Readers } from "./readers.ts";
import { FAILED, selectionTests, TOOK } from "./trace-selection.ts";

const CELLS = (bucket: string, perDecade: string, where: string) => `
SELECT
  e.start_unix_nano // ${bucket} * ${bucket} AS start,
  floor(log10(greatest(${TOOK}, 1)) * ${perDecade})::INTEGER AS level,
  count(*) AS count,
  count(*) FILTER (${FAILED}) AS errors
FROM spans e WHERE ${where} GROUP BY start, level`;

interface Row {
  start: bigint;
  level: number;
  count: bigint;
  errors: bigint;
}

export async function countTraces(
  readers: Readers,
  keys: KeyDictionary,
  { fromUnixNano, toUnixNano, bucketNano, levelsPerDecade, ...selection }: TraceCountQuery,
): Promise<TraceCell[]> {
  const params = new Params();
  const where = [
    "e.parent_span_id = 0",
    `e.start_unix_nano >= ${params.bigint(fromUnixNano)}`,
    `e.start_unix_nano < ${params.bigint(toUnixNano)}`,
    ...selectionTests(selection, keys, params),
  ].join(" AND ");
  const sql = CELLS(params.bigint(bucketNano), params.number(levelsPerDecade), where);
  const rows = await readers.all<Row>(sql, params);
  return rows.map(({ start, level, count, errors }) => ({
    startUnixNano: start,
    level,
    count: Number(count),
    errors: Number(errors),
  }));
}
