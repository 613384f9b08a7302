// How much memory DuckDB may take. It reads and rewrites 2048 rows at a time and holds all their texts meanwhile, so rows
// with long texts need a higher limit than the base; below it the checkpoint fails and takes the instance with it.

import type { DuckDBConnection } from "@duckdb/node-api";

/** Enough for the buffers and sorts of ordinary rows, and leaves room for Node below 600 MB in all. */
export const BASE_MEMORY_BYTES = 400_000_000;

/** What is left of the cache after a checkpoint: by itself all that was ever written stays there, up to the limit. */
const CACHE_BYTES = 64_000_000;

/** On top of the base. Measured with values of 1 MB: with 1.02 times their size in all a checkpoint failed. */
const HEADROOM = 1.25;

/** Rows that DuckDB handles together. */
const VECTOR_ROWS = 2048;

const HEAVIEST_VECTOR = `
SELECT greatest(
  coalesce((SELECT max(bytes) FROM (SELECT sum(byte_size) AS bytes FROM spans GROUP BY rowid // ${VECTOR_ROWS})), 0),
  coalesce((SELECT max(bytes) FROM (SELECT sum(byte_size) AS bytes FROM logs GROUP BY rowid // ${VECTOR_ROWS})), 0)
)::BIGINT`;

/** Rows of one table as they are added, by as many as a vector has. */
class Windows {
  #rows = 0;
  #bytes = 0;
  #before = 0;
  /** Of any vector, wherever it begins: it lies within two windows. */
  heaviest = 0;

  add(bytes: number): void {
    this.#bytes += bytes;
    this.heaviest = Math.max(this.heaviest, this.#before + this.#bytes);
    if (++this.#rows < VECTOR_ROWS) return;
    this.#before = this.#bytes;
    this.#rows = 0;
    this.#bytes = 0;
  }
}

/** The limit by what is stored: 2048 spans of 1 kB add 3 to 5 MB to the base, of 60 kB 154 to 307 MB. */
export class MemoryLimit {
  readonly #added = { spans: new Windows(), logs: new Windows() };
  #stored = 0;
  #megabytes = BASE_MEMORY_BYTES / 1_000_000;

  /** Reads the size of every row that is stored. */
  async measure(connection: DuckDBConnection): Promise<void> {
    this.#stored = Number((await connection.runAndReadAll(HEAVIEST_VECTOR)).getRows()[0]?.[0] ?? 0);
  }

  /** Call for each row, in the order in which they are appended. */
  add(table: "spans" | "logs", bytes: number): void {
    this.#added[table].add(bytes);
  }

  /** Raises the limit when it must. */
  async fit(connection: DuckDBConnection): Promise<void> {
    const { spans, logs } = this.#added;
    const heaviest = Math.max(this.#stored, spans.heaviest, logs.heaviest);
    const megabytes = Math.ceil((BASE_MEMORY_BYTES + HEADROOM * heaviest) / 1_000_000);
    if (megabytes <= this.#megabytes) return;
    await connection.run(limitOf(megabytes));
    this.#megabytes = megabytes;
  }

  /** Empties the cache of what was used longest ago. Not beside a query: meanwhile it would find no memory. */
  async trim(connection: DuckDBConnection): Promise<void> {
    const limits = limitOf(CACHE_BYTES / 1_000_000) + limitOf(this.#megabytes);
    // Where more is in use the limit stays as it was.
    await connection.run(limits).catch(() => {});
  }
}

const limitOf = (megabytes: number) => `SET memory_limit = '${megabytes}MB';`;
