// One connection that answers queries. Statements with values that it was asked lately are kept prepared, and an answer is
// taken as a whole: then a statement takes Node's thread twice, to begin and to end. The client's own way is five calls, to
// parse, prepare, execute and fetch twice, and beside ingest each waits until that thread is free.

import type {
  DuckDBConnection,
  DuckDBInstance,
  DuckDBMaterializedResult,
  DuckDBPreparedStatement,
} from "@duckdb/node-api";
import { othersTurn } from "../../pause.ts";
import type { Params } from "./params.ts";

/** Statements differ by what is filtered; a page of the explorer asks some twenty. A plan takes tens of kilobytes. */
const KEPT_STATEMENTS = 64;

/** Rows come by 2048; making objects of so many takes Node's thread some 10 ms. */
const CHUNKS_AT_ONCE = 2;

export class Reader {
  readonly #connection: DuckDBConnection;
  /** By their text, the one that was asked last at the end. */
  readonly #kept = new Map<string, DuckDBPreparedStatement>();

  private constructor(connection: DuckDBConnection) {
    this.#connection = connection;
  }

  static async open(instance: DuckDBInstance): Promise<Reader> {
    return new Reader(await instance.connect());
  }

  /** All rows of one SELECT. Rejects with DuckDB's error. One at a time. */
  async all<Row>(sql: string, params?: Params): Promise<Row[]> {
    const result = await this.#run(sql, params);
    const names = result.deduplicatedColumnNames();
    const rows: Row[] = [];
    for (let chunk = 0; chunk < result.chunkCount; chunk++) {
      if (chunk > 0 && chunk % CHUNKS_AT_ONCE === 0) await othersTurn();
      for (const row of result.getChunk(chunk).getRowObjects(names)) rows.push(row as Row);
    }
    return rows;
  }

  interrupt(): void {
    this.#connection.interrupt();
  }

  /** Call when nothing runs. Statements go with their connection. */
  close(): void {
    this.#connection.closeSync();
  }

  async #run(sql: string, params: Params | undefined): Promise<DuckDBMaterializedResult> {
    // The plan of a statement without values would be used again as it is, with what statistics said of the rows then: rows
    // that came later would not be found (duckdb/duckdb#23704). With values it is planned anew.
    if (params === undefined || params.values.length === 0) return this.#connection.run(sql);
    const kept = this.#kept.get(sql);
    this.#kept.delete(sql);
    const statement = kept ?? (await this.#connection.prepare(sql));
    try {
      statement.bind(params.values, params.types);
      const result = await statement.run();
      this.#keep(sql, statement);
      return result;
    } catch (error) {
      // In what state it is nobody says.
      statement.destroySync();
      throw error;
    }
  }

  #keep(sql: string, statement: DuckDBPreparedStatement): void {
    this.#kept.set(sql, statement);
    for (const [text, oldest] of this.#kept) {
      if (this.#kept.size <= KEPT_STATEMENTS) break;
      this.#kept.delete(text);
      oldest.destroySync();
    }
  }
}
