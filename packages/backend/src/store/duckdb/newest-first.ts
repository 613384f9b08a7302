// Reads the newest rows of a table without reading the others: first a minute before the latest of them, then as much as seems to
// hold enough by what that minute held, sixteen times as much at most, until there are enough. Rows lie in the order in which
// they came, which is nearly that of their times, so DuckDB passes over the row groups outside of a time range. Where a step
// has found little the index of attribute values says where to look: what is common is found without it.

import type { EventFilter } from "../filter.ts";
import type { LocatedFilter } from "./candidate-blocks.ts";
import { Params } from "./params.ts";
import type { Readers } from "./readers.ts";
import { type EventTable, TIME_COLUMN } from "./sql-values.ts";

const FIRST_STEP_NANO = 60_000_000_000n;

/** All steps before the last together read a fifteenth of what it reads. */
const GROWTH = 16;

/** A step that is to be the last reads so much more than seems to be enough. */
const SPARE = 1.5;

/**
 * DuckDB reads the row group with the latest first, and no other where that says enough. `max` reads all of them as soon as a
 * row is in the log, or has been deleted.
 */
const LATEST = (table: EventTable, before: string) => `
SELECT ${TIME_COLUMN[table]} AS latest FROM ${table} e WHERE ${TIME_COLUMN[table]} < ${before} ORDER BY latest DESC LIMIT 1`;

export interface NewestFirst<Row> {
  table: EventTable;
  filter: EventFilter;
  /** The filter with what the index knows of it. */
  locate: () => Promise<LocatedFilter>;
  /** What a part of the filter's range holds. */
  read: (part: LocatedFilter) => Promise<Row[]>;
  /** How much of what is wanted the rows are; `wanted` is enough. */
  found: (rows: readonly Row[]) => number;
  wanted: number;
}

/** What `read` finds in a part of the filter's range that holds enough, or in all of it. */
export async function newestFirst<Row>(
  readers: Readers,
  { table, filter, locate, read, found, wanted }: NewestFirst<Row>,
): Promise<Row[]> {
  const { fromUnixNano, toUnixNano } = filter;
  const params = new Params();
  const [row] = await readers.all<{ latest: bigint }>(LATEST(table, params.bigint(toUnixNano)), params);
  if (row === undefined || row.latest < fromUnixNano) return [];
  const end = row.latest + 1n;
  let located: LocatedFilter | undefined;
  for (let step = FIRST_STEP_NANO; end - step > fromUnixNano; ) {
    const rows = await read({ ...(located ?? filter), fromUnixNano: end - step, toUnixNano: end });
    const count = found(rows);
    if (count >= wanted) return rows;
    const missing = Math.ceil((SPARE * wanted) / count);
    if (missing >= GROWTH) located ??= await locate();
    step *= BigInt(Math.min(missing, GROWTH));
  }
  return read(located ?? (await locate()));
}
