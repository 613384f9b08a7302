// Reads the newest rows of a table without reading the others: first a minute before the latest, then a quarter of an hour,
// then four hours, until there are enough. Rows lie in the order in which they came, which is nearly that of their times, so
// DuckDB passes over the row groups outside of a time range. After the first step the index of attribute values says where to
// look: what is common is found before, what is rare is worth the question.

import type { EventFilter } from "../filter.ts";
import { type LocatedFilter, located } from "./candidate-blocks.ts";
import type { KeyDictionary } from "./key-dictionary.ts";
import type { Readers } from "./readers.ts";
import { type EventTable, TIME_COLUMN } from "./sql-values.ts";

const FIRST_STEP_NANO = 60_000_000_000n;

/** All steps before the last together read a fifteenth of what it reads. */
const GROWTH = 16n;

/** From DuckDB's statistics, without reading rows. */
const LATEST = (table: EventTable) => `SELECT max(${TIME_COLUMN[table]}) AS latest FROM ${table} e`;

/** What `read` finds in a part of the filter's range that holds enough, or in all of it. */
export async function newestFirst<Row>(
  readers: Readers,
  keys: KeyDictionary,
  table: EventTable,
  filter: EventFilter,
  read: (part: LocatedFilter) => Promise<Row[]>,
  enough: (rows: readonly Row[]) => boolean,
): Promise<Row[]> {
  const { fromUnixNano, toUnixNano } = filter;
  const [row] = await readers.all<{ latest: bigint | null }>(LATEST(table));
  const latest = row?.latest;
  if (latest === null || latest === undefined || latest < fromUnixNano) return [];
  const end = latest < toUnixNano ? latest + 1n : toUnixNano;
  let wanted: LocatedFilter | undefined;
  const locate = async () => (table === "spans" ? located(readers, keys, filter) : filter);
  for (let step = FIRST_STEP_NANO; end - step > fromUnixNano; step *= GROWTH) {
    const rows = await read({ ...(wanted ?? filter), fromUnixNano: end - step, toUnixNano: end });
    if (enough(rows)) return rows;
    wanted ??= await locate();
  }
  return read(wanted ?? (await locate()));
}
