// How much memory DuckDB may take. It reads and rewrites 2048 rows at a time and holds all their texts meanwhile, so rows
// with long texts need a higher limit than the base; below it the checkpoint fails and takes the instance with it.

import type { DuckDBConnection } from "@duckdb/node-api";

/** Enough for the buffers and sorts of ordinary rows, and leaves room for Node below 600 MB in all. */
export const BASE_MEMORY_BYTES = 400_000_000;

/** On top of the base. Measured with values of 1 MB: with 1.02 times their size in all a checkpoint failed. */
const HEADROOM = 1.25;

const HEAVIEST_VECTOR = `
SELECT greatest(
  coalesce((SELECT max(bytes) FROM (SELECT sum(byte_size) AS bytes FROM spans GROUP BY rowid // 2048)), 0),
  coalesce((SELECT max(bytes) FROM (SELECT sum(byte_size) AS bytes FROM logs GROUP BY rowid // 2048)), 0)
)::BIGINT`;

/** Sets the limit by what is stored: 2048 spans of 1 kB add 3 MB to the base, of 60 kB 154 MB. Reads one narrow column. */
export async function fitMemoryLimit(connection: DuckDBConnection): Promise<void> {
  const heaviest = Number((await connection.runAndReadAll(HEAVIEST_VECTOR)).getRows()[0]?.[0] ?? 0);
  const limit = BASE_MEMORY_BYTES + HEADROOM * heaviest;
  await connection.run(`SET memory_limit = '${Math.ceil(limit / 1_000_000)}MB'`);
}
