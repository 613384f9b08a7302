// The connections that answer queries. Two at a time: each occupies a thread of Node's pool of four while it runs, and
// the writer and decompression need theirs. Others wait in order. A query that outlives its time is interrupted.

import type { DuckDBInstance } from "@duckdb/node-api";
import { StoreQueryError, StoreUnavailableError } from "../store.ts";
import type { Params } from "./params.ts";
import { Reader } from "./reader.ts";

const CONCURRENT_QUERIES = 2;

/** Long enough for a scan of tens of millions of rows, short enough that a forgotten page does not hold a thread. */
const QUERY_TIMEOUT_MS = 30_000;

export class Readers {
  readonly #idle: Reader[];
  readonly #all: readonly Reader[];
  readonly #waiting: Array<(reader: Reader | undefined) => void> = [];
  #closed = false;

  private constructor(readers: Reader[]) {
    this.#all = readers;
    this.#idle = [...readers];
  }

  static async open(instance: DuckDBInstance): Promise<Readers> {
    return new Readers(
      await Promise.all(Array.from({ length: CONCURRENT_QUERIES }, () => Reader.open(instance))),
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
    const reader = await this.#acquire();
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      reader.interrupt();
    }, QUERY_TIMEOUT_MS);
    try {
      return await reader.all<Row>(sql, params);
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
      this.#release(reader);
    }
  }

  /** Runs `work`, which queries on a connection of its own, as one of the queries there may be at a time. */
  async inPlace<T>(work: () => Promise<T>): Promise<T> {
    const reader = await this.#acquire();
    try {
      return await work();
    } finally {
      this.#release(reader);
    }
  }

  /** Breaks off running queries, refuses waiting ones, closes the connections. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const reader of this.#all) reader.interrupt();
    for (const wake of this.#waiting.splice(0)) wake(undefined);
    while (this.#idle.length < this.#all.length) {
      await new Promise<void>((resolve) =>
        this.#waiting.push((reader) => {
          if (reader) this.#idle.push(reader);
          resolve();
        }),
      );
    }
    for (const reader of this.#all) reader.close();
  }

  async #acquire(): Promise<Reader> {
    if (this.#closed) throw new StoreUnavailableError("The store is closing.");
    const idle = this.#idle.pop();
    if (idle) return idle;
    const reader = await new Promise<Reader | undefined>((resolve) => this.#waiting.push(resolve));
    if (!reader) throw new StoreUnavailableError("The store is closing.");
    return reader;
  }

  #release(reader: Reader): void {
    const next = this.#waiting.shift();
    if (next) next(reader);
    else this.#idle.push(reader);
  }
}

const isOutOfMemory = (cause: unknown) =>
  cause instanceof Error && cause.message.startsWith("Out of Memory Error");
