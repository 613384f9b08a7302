// Runs users' statements, one at a time, so that neither a wrong nor a wicked one hurts what else goes on. Each wall would
// do alone: the parse tree is checked, names mean views only, the transaction reads only, and the instance itself
// touches no file or network. Time, memory and the answer's size are limited.

import type { DuckDBConnection, DuckDBInstance, DuckDBValue } from "@duckdb/node-api";
import type { SqlJson, SqlQuery, SqlResult, SqlValue } from "../../sql.ts";
import { StoreQueryError, StoreUnavailableError } from "../../store.ts";
import { Params } from "../params.ts";
import type { Readers } from "../readers.ts";
import { jsonOf } from "./json.ts";
import { withFastLookups } from "./lookups.ts";
import { PATTERN_MACROS } from "./patterns.ts";
import { faultOf } from "./statement.ts";
import { VIEW_STATEMENTS, VIEWS } from "./views.ts";

const DATABASE = "sandbox";

const TIMEOUT_MS = 10_000;

/**
 * What DuckDB may hold for a statement: half of its base, so that the writer and its checkpoints keep the other. It is watched,
 * as DuckDB knows no limit of a connection (`memory_limit` is the instance's), and no second instance may open the file.
 */
const MEMORY_BYTES = 200_000_000;

/** What the process may grow meanwhile: DuckDB does not count the texts that functions make. */
const PROCESS_BYTES = 1_000_000_000;

const WATCH_MS = 50;

/** Of an answer's rows as JSON. */
const ANSWER_LENGTH = 16 * 1024 * 1024;

const MAX_WAITING = 8;

/** Pages of tables can be given up at any time; what else there is cannot. */
const HELD_MEMORY = "SELECT sum(memory_usage_bytes)::BIGINT FROM duckdb_memory() WHERE tag <> 'BASE_TABLE'";

export class Sandbox {
  readonly #connection: DuckDBConnection;
  readonly #watcher: DuckDBConnection;
  readonly #readers: Readers;
  readonly #timeoutMs: number;
  #waiting = 0;
  #closed = false;
  /** Never rejects. */
  #last: Promise<unknown> = Promise.resolve();

  private constructor(
    connection: DuckDBConnection,
    watcher: DuckDBConnection,
    readers: Readers,
    timeoutMs: number,
  ) {
    this.#connection = connection;
    this.#watcher = watcher;
    this.#readers = readers;
    this.#timeoutMs = timeoutMs;
  }

  /** Once an instance. */
  static async open(instance: DuckDBInstance, readers: Readers, timeoutMs = TIMEOUT_MS): Promise<Sandbox> {
    const connection = await instance.connect();
    const current = await connection.runAndReadAll("SELECT current_database()");
    const tables = `"${String(current.getRows()[0]?.[0]).replaceAll('"', '""')}".main`;
    await connection.run(`ATTACH ':memory:' AS ${DATABASE}`);
    await connection.run(`USE ${DATABASE}`);
    await connection.run("SET TimeZone = 'UTC'");
    for (const statement of [...VIEW_STATEMENTS(tables), ...PATTERN_MACROS]) await connection.run(statement);
    return new Sandbox(connection, await instance.connect(), readers, timeoutMs);
  }

  /** @throws StoreQueryError, StoreUnavailableError; see SqlStore. */
  async run(query: SqlQuery): Promise<SqlResult> {
    const tree = await this.#treeOf(query.sql);
    const fault = faultOf(tree, VIEWS);
    if (fault !== undefined) throw new StoreQueryError("invalid_sql", fault);
    const text = (await this.#faster(tree)) ?? query.sql;
    if (this.#waiting >= MAX_WAITING)
      throw new StoreUnavailableError(`${MAX_WAITING} statements are waiting already; ask again later.`);
    this.#waiting++;
    // It takes the place of a query, so that the threads which read and write for others stay theirs.
    const turn = this.#last.then(() => this.#readers.inPlace(() => this.#run(query, text)));
    this.#last = turn.catch(() => {});
    return turn.finally(() => this.#waiting--);
  }

  /** Breaks off the statement that runs and refuses those that wait. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#connection.interrupt();
    await this.#last;
    this.#connection.closeSync();
    this.#watcher.closeSync();
  }

  /** `text` is the statement as it is run: the user's own, or one that means the same. */
  async #run({ sql, params, limit }: SqlQuery, text: string): Promise<SqlResult> {
    if (this.#closed) throw new StoreUnavailableError("The store is closing.");
    const watch = await this.#watch();
    try {
      await this.#connection.run("BEGIN TRANSACTION READ ONLY");
      const result = await this.#connection.stream(
        text !== sql && (await this.#isSound(text)) ? text : sql,
        boundAll(params),
      );
      const types = result.columnTypes();
      const columns = result
        .columnNames()
        .map((name, at) => ({ name, type: types[at]?.alias ?? String(types[at]) }));
      const rows: SqlJson[][] = [];
      let length = 0;
      for (;;) {
        const chunk = await result.fetchChunk();
        if (!chunk || chunk.rowCount === 0) return { columns, rows, truncated: false };
        for (const values of chunk.getRows()) {
          const row = values.map((value, at) => jsonOf(value, types[at]));
          length += JSON.stringify(row).length;
          if (rows.length === limit || (length > ANSWER_LENGTH && rows.length > 0))
            return { columns, rows, truncated: true };
          rows.push(row);
        }
      }
    } catch (cause) {
      if (this.#closed) throw new StoreUnavailableError("The store is closing.", { cause });
      throw watch.exceeded ?? faultWith(cause);
    } finally {
      watch.stop();
      await this.#connection.run("ROLLBACK").catch(() => {}); // There may be none.
    }
  }

  /** A faster statement that means the same, and as harmless; undefined where there is none. */
  async #faster(tree: string): Promise<string | undefined> {
    const rewritten = withFastLookups(tree, VIEWS);
    if (rewritten === undefined) return undefined;
    const params = new Params();
    const write = `SELECT json_deserialize_sql(${params.text(rewritten)}::JSON) AS text`;
    const [row] = await this.#readers.all<{ text: string }>(write, params);
    const { text } = row as { text: string };
    return faultOf(await this.#treeOf(text), VIEWS) === undefined ? text : undefined;
  }

  /** What is wrong with a statement is told of the user's own text. */
  async #isSound(text: string): Promise<boolean> {
    try {
      (await this.#connection.prepare(text)).destroySync();
      return true;
    } catch {
      return false;
    }
  }

  async #treeOf(sql: string): Promise<string> {
    const params = new Params();
    const serialize = `SELECT json_serialize_sql(${params.text(sql)}::VARCHAR)::VARCHAR AS tree`;
    const [row] = await this.#readers.all<{ tree: string }>(serialize, params);
    return (row as { tree: string }).tree;
  }

  /** Interrupts the statement when it goes beyond a limit; `exceeded` says which. */
  async #watch(): Promise<{ exceeded: StoreQueryError | undefined; stop: () => void }> {
    const watch = { exceeded: undefined as StoreQueryError | undefined, stop: () => {} };
    const exceed = (what: string) => {
      watch.exceeded ??= new StoreQueryError("sql_limit", `The statement ${what}.`);
      this.#connection.interrupt();
    };
    const tooMuchMemory =
      "needs more memory than a statement may take; aggregate or narrow it before it sorts or joins";
    const held = await this.#held();
    const resident = process.memoryUsage.rss();
    let isAsking = false;
    const timer = setInterval(() => {
      if (process.memoryUsage.rss() - resident > PROCESS_BYTES) exceed(tooMuchMemory);
      if (isAsking) return;
      isAsking = true;
      this.#held()
        .then((now) => now - held > MEMORY_BYTES && exceed(tooMuchMemory))
        .catch(() => {}) // Closing, or out of memory itself; the other limits hold.
        .finally(() => {
          isAsking = false;
        });
    }, WATCH_MS);
    const timeout = setTimeout(
      () =>
        exceed(
          `took longer than ${this.#timeoutMs / 1000} s; narrow its time range, or filter by start_unix_nano`,
        ),
      this.#timeoutMs,
    );
    watch.stop = () => {
      clearInterval(timer);
      clearTimeout(timeout);
    };
    return watch;
  }

  async #held(): Promise<number> {
    return Number((await this.#watcher.runAndReadAll(HELD_MEMORY)).getRows()[0]?.[0] ?? 0);
  }
}

/** Whole numbers are bound as such, for LIMIT and comparisons of nanoseconds. */
const bound = (value: SqlValue): DuckDBValue =>
  typeof value === "number" && Number.isSafeInteger(value) ? BigInt(value) : value;

const boundAll = (params: SqlQuery["params"]): DuckDBValue[] | Record<string, DuckDBValue> =>
  isList(params)
    ? params.map(bound)
    : Object.fromEntries(Object.entries(params).map(([name, value]) => [name, bound(value)]));

const isList = (params: SqlQuery["params"]): params is readonly SqlValue[] => Array.isArray(params);

/** What DuckDB says of a statement is about the user's own text. */
function faultWith(cause: unknown): unknown {
  if (!(cause instanceof Error)) return cause;
  // Of V8's stack, by JSON in an answer.
  if (cause instanceof RangeError) {
    return new StoreQueryError(
      "sql_limit",
      "A value is nested too deeply for an answer; cast it to VARCHAR.",
      {
        cause,
      },
    );
  }
  if (/^Out of Memory Error/.test(cause.message)) {
    return new StoreQueryError("sql_limit", "The statement needs more memory than there is; narrow it.", {
      cause,
    });
  }
  if (/^(FATAL|INTERNAL) Error/i.test(cause.message)) return cause;
  return new StoreQueryError("invalid_sql", cause.message, { cause });
}
