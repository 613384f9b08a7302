// When what lies in DuckDB's write-ahead log goes into its file. Between transactions of the writer's connection alone: a
// checkpoint that runs beside an insert would block Node's thread for a second.

import { stat } from "node:fs/promises";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { MemoryLimit } from "./memory.ts";
import type { Readers } from "./readers.ts";
import { ROW_GROUP_ROWS } from "./row-group.ts";

/** In the log at most: a checkpoint of this many rows takes 0.2 to 0.3 s and keeps a replay after a crash below 1 s. */
const ROWS = ROW_GROUP_ROWS;

/** For rows with long texts: the log takes about three times this on disk before a checkpoint empties it. */
const BYTES = 64_000_000;

/**
 * Of the log on disk. DuckDB writes a list together with those of all rows before it in the same 2,048, so that rows that come
 * by fifties take twenty times their size there (measured: 1.0 kB a row by 2,048, 21 kB by 50; texts alone 1.0 kB by both).
 */
const LOG_BYTES = 128_000_000;

/** What a transaction has put into the log. */
export interface Logged {
  rows: number;
  bytes: number;
}

export class Checkpoints {
  readonly #connection: DuckDBConnection;
  readonly #memory: MemoryLimit;
  readonly #readers: Readers;
  readonly #logPath: string;
  #since: Logged = { rows: 0, bytes: 0 };
  #underWay: Promise<void> | undefined;

  constructor(connection: DuckDBConnection, memory: MemoryLimit, readers: Readers, logPath: string) {
    this.#connection = connection;
    this.#memory = memory;
    this.#readers = readers;
    this.#logPath = logPath;
  }

  /** Resolves when the connection is free of the one under way; never rejects. */
  async ended(): Promise<void> {
    await this.#underWay;
  }

  /** After a commit: begins one where it is due. */
  async beginWhenDue({ rows, bytes }: Logged): Promise<void> {
    this.#since.rows += rows;
    this.#since.bytes += bytes;
    const isDue =
      this.#since.rows >= ROWS || this.#since.bytes >= BYTES || (await sizeOf(this.#logPath)) >= LOG_BYTES;
    if (!isDue) return;
    // One that fails loses nothing, the log has all of it; the next one covers it.
    this.#underWay = this.make().catch(() => {});
  }

  /** Makes one where rows lie in the log, which take no blocks of the file yet. */
  async makeWhereRowsAreLogged(): Promise<void> {
    if (this.#since.rows > 0) await this.make();
  }

  /** Rejects with DuckDB's error. */
  async make(): Promise<void> {
    this.#since = { rows: 0, bytes: 0 };
    await this.#memory.fit(this.#connection);
    await this.#connection.run("CHECKPOINT");
    await this.trimCache();
  }

  /** Of what was just written nothing is to be read before somebody asks. */
  async trimCache(): Promise<void> {
    if (this.#readers.isIdle) await this.#memory.trim(this.#connection);
  }
}

/** 0 where there is none. */
const sizeOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  );
