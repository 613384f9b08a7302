// Deletes the oldest records. At the checkpoint that follows, DuckDB gives the blocks of row groups of which nothing is
// left to what is written next, and cuts free ones off the end of the file.

import { BIGINT, type DuckDBConnection, FLOAT } from "@duckdb/node-api";
import type { Pruned, PruneLimits } from "../store.ts";
import { cutBlocks } from "./attribute-blocks.ts";
import { ROW_GROUP_ROWS } from "./row-group.ts";
import { cutRanges } from "./trace-ranges.ts";

/** By size, so much of the limit is left: deleting little by little would cost a checkpoint each time. */
const KEPT_SHARE = 0.9;

/** What is deleted in one step is estimated; a second step or third corrects the estimate. */
const STEPS = 4;

/** Live rows, and those that a table's row groups have room taken for, from the first that has a live one. */
const ROWS = (table: string) => `
SELECT count(*) AS live, coalesce(max(rowid) - min(rowid) + min(rowid) % ${ROW_GROUP_ROWS} + 1, 0) AS taken FROM ${table}`;

/**
 * What live rows take: rows that were deleted take blocks until the last of their row group is, and counting these would
 * delete more and more of what is left.
 */
const LIVE_BYTES = `
SELECT coalesce(any_value(used_blocks * block_size) * sum(live) / nullif(sum(taken), 0), 0)::BIGINT
FROM pragma_database_size(), (${ROWS("spans")} UNION ALL ${ROWS("logs")})
-- User SQL has a database of its own beside ours.
WHERE database_name = current_database()`;

/** In little memory, however many rows there are. */
const OLDEST_SHARE = `
SELECT approx_quantile(moment, $1::FLOAT)::BIGINT FROM (
  SELECT start_unix_nano AS moment FROM spans UNION ALL SELECT at_unix_nano FROM logs
)`;

/** Outside a transaction, after a checkpoint. */
export async function prune(connection: DuckDBConnection, limits: PruneLimits): Promise<Pruned> {
  const pruned: Pruned = { spans: 0, logs: 0 };
  if (limits.beforeUnixNano !== undefined) add(pruned, await deleteBefore(connection, limits.beforeUnixNano));
  if (limits.maxBytes === undefined) return pruned;
  for (let step = 0; step < STEPS; step++) {
    const live = Number(await single(connection, LIVE_BYTES));
    if (live <= limits.maxBytes) break;
    const share = 1 - (KEPT_SHARE * limits.maxBytes) / live;
    const found = await connection.runAndReadAll(OLDEST_SHARE, [share], [FLOAT]);
    const before = found.getRows()[0]?.[0] as bigint | null;
    if (before === null) break;
    // Where many records have one time, the share may lie within them.
    const deleted = await deleteBefore(connection, before + 1n);
    add(pruned, deleted);
    if (deleted.spans + deleted.logs === 0) break;
  }
  return pruned;
}

async function deleteBefore(connection: DuckDBConnection, unixNano: bigint): Promise<Pruned> {
  await connection.run("BEGIN TRANSACTION");
  try {
    const spans = await connection.run("DELETE FROM spans WHERE start_unix_nano < $1", [unixNano], [BIGINT]);
    if (spans.rowsChanged > 0) {
      await cutRanges(connection, unixNano);
      await cutBlocks(connection);
    }
    const logs = await connection.run("DELETE FROM logs WHERE at_unix_nano < $1", [unixNano], [BIGINT]);
    await connection.run("COMMIT");
    const pruned = { spans: spans.rowsChanged, logs: logs.rowsChanged };
    if (pruned.spans + pruned.logs > 0) await connection.run("CHECKPOINT");
    return pruned;
  } catch (error) {
    await connection.run("ROLLBACK").catch(() => {}); // A failed COMMIT has rolled back already.
    throw error;
  }
}

async function single(connection: DuckDBConnection, sql: string): Promise<unknown> {
  return (await connection.runAndReadAll(sql)).getRows()[0]?.[0];
}

function add(sum: Pruned, more: Pruned): void {
  sum.spans += more.spans;
  sum.logs += more.logs;
}
