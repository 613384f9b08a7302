// The connections that answer queries. Two at a time: each occupies a thread of Node's pool of four while it runs, and
// the writer and decompression need theirs. Others wait in order. A query that outlives its time is interrupted.

import type { DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { StoreQueryError, StoreUnavailableError } from "../store.ts";
import type { Params } from "./params.ts";

const CONCURRENT_QUERIES = 2;

/** Long enough for a scan of tens of millions of rows, short enough that a forgotten page does not hold a thread. */
const QUERY_TIMEOUT_MS = 30_000;

export class Readers {
  readonly #idle: DuckDBConnection[];
  readonly #all: readonly DuckDBConnection[];
  readonly #waiting: Array<(connection: DuckDBConnection | undefined) => void> = [];
  #closed = false;

  private constructor(connections: DuckDBConnection[]) {
    this.#all = connections;
    this.#idle = [...connections];
  }

  static async open(instance: DuckDBInstance): Promise<Readers> {
    return new Readers(
      await Promise.all(Array.from({ length: CONCURRENT_QUERIES }, () => instance.connect())),
    );
  }

  /** Whether no query is running. */
  get isIdle(): boolean {
    return this.#idle.length === this.#all.length;
  }

  /**
   * All rows of one SELECT. `Row` is the caller's promise about the statement's columns: BIGINT arrives as bigint.
   *
   * @throws StoreQueryError `timeout` after 30 s; StoreUnavailableError once closing has begun, or when the rows do not
   * fit into DuckDB's memory.
   */
  async all<Row>(sql: string, params?: Params): Promise<Row[]> {
    const connection = await this.#acquire();
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      connection.interrupt();
    }, QUERY_TIMEOUT_MS);
    try {
      const reader = await connection.runAndReadAll(sql, params?.values, params?.types);
      return reader.getRowObjects() as unknown as Row[];
    } catch (cause) {
      if (isOutOfMemory(cause)) {
        throw new StoreUnavailableError(
          "The answer needs more memory than the database may take; narrow its time range, filters or limit.",
          { cause },
        );
      }
      if (this.#closed) throw new StoreUnavailableError("The store is closing.", { cause });
      if (!timedOut) throw cause;
      const seconds = QUERY_TIMEOUT_MS / 1000;
      throw new StoreQueryError(
        "timeout",
        `The query took longer than ${seconds} s; narrow its time range or filters.`,
        {
          cause,
        },
      );
    } finally {
      clearTimeout(timer);
      this.#release(connection);
    }
  }

  /** Runs `work`, which queries on a connection of its own, as one of the queries there may be at a time. */
  async inPlace<T>(work: () => Promise<T>): Promise<T> {
    const connection = await this.#acquire();
    try {
      return await work();
    } finally {
      this.#release(connection);
    }
  }

  /** Breaks off running queries, refuses waiting ones, closes the connections. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const connection of this.#all) connection.interrupt();
    for (const wake of this.#waiting.splice(0)) wake(undefined);
    while (this.#idle.length < this.#all.length) {
      await new Promise<void>((resolve) =>
        this.#waiting.push((connection) => {
          if (connection) this.#idle.push(connection);
          resolve();
        }),
      );
    }
    for (const connection of this.#all) connection.closeSync();
  }

  async #acquire(): Promise<DuckDBConnection> {
    if (this.#closed) throw new StoreUnavailableError("The store is closing.");
    const idle = this.#idle.pop();
    if (idle) return idle;
    const connection = await new Promise<DuckDBConnection | undefined>((resolve) =>
      this.#waiting.push(resolve),
    );
    if (!connection) throw new StoreUnavailableError("The store is closing.");
    return connection;
  }

  #release(connection: DuckDBConnection): void {
    const next = this.#waiting.shift();
    if (next) next(connection);
    else this.#idle.push(connection);
  }
}

const isOutOfMemory = (cause: unknown) =>
  cause instanceof Error && cause.message.startsWith("Out of Memory Error");
