// Queries and their cursors: the program reads what it would, as far as it would, and the span knows how far that was.
import { describe, expect, it } from "vitest";
import { record, testRuntime } from "../../recorder.fixture.ts";
import { instrumentStorage, type ObjectStorage } from "./durable-object-storage.ts";

/** Counts rows as SQLite does here, one ahead of the program. Classes are made anew, for prototypes are instrumented. */
function sqlOf(count: number, failsAt = Number.POSITIVE_INFINITY) {
  class Rows {
    readonly read: () => IteratorResult<unknown>;
    constructor(read: () => IteratorResult<unknown>) {
      this.read = read;
    }
    next(): IteratorResult<unknown> {
      return this.read();
    }
    [Symbol.iterator]() {
      return this;
    }
  }
  class Cursor {
    #at = 0;
    next(): IteratorResult<unknown> {
      if (this.#at === failsAt) throw new RangeError("overflow");
      return this.#at < count ? { done: false, value: ++this.#at } : { done: true, value: undefined };
    }
    toArray() {
      return [...new Rows(() => this.next())];
    }
    one() {
      if (count !== 1) throw new Error("Expected exactly one");
      return this.next().value;
    }
    raw() {
      return new Rows(() => this.next());
    }
    [Symbol.iterator]() {
      return new Rows(() => this.next());
    }
    get rowsRead() {
      return Math.min(this.#at + 1, count);
    }
    get rowsWritten() {
      return 0;
    }
  }
  class Sql {
    exec(query: string, ..._bindings: unknown[]) {
      if (query === "SELEC") throw new Error("syntax error");
      return new Cursor();
    }
    ingest(_query: string) {
      return { remainder: "", rowsRead: 1, rowsWritten: 2, statementCount: 3 };
    }
    get databaseSize() {
      return 4096;
    }
  }
  class Storage {
    readonly sql = new Sql();
  }
  const storage = new Storage();
  instrumentStorage(testRuntime().runtime, storage as unknown as ObjectStorage, "0123");
  return storage.sql;
}

type Sql = ReturnType<typeof sqlOf>;

const READ = "cloudflare.durable_object.response.rows_read";

describe("a query", () => {
  it("is told of with the number of what is bound to it, never the values", async () => {
    const sql = sqlOf(1);
    const { result, root } = await record(() => sql.exec("SELECT ?, ?", "secret", 2).one());
    expect(result).toMatchObject({ value: 1 });
    expect(root?.children).toMatchObject([
      {
        name: "durable_object_storage_exec",
        attributes: {
          "db.system.name": "cloudflare-durable-object-sql",
          "db.operation.name": "exec",
          "db.query.text": "SELECT ?, ?",
          "cloudflare.durable_object.id": "0123",
          "cloudflare.durable_object.query.bindings": 2,
          "cloudflare.durable_object.response.rows_written": 0,
        },
      },
    ]);
    expect(JSON.stringify(root?.children[0]?.attributes)).not.toContain("secret");
  });

  it.each<[string, (sql: Sql) => unknown, number]>([
    ["nothing", (sql) => void sql.exec("SELECT"), 1],
    ["the first row", (sql) => sql.exec("SELECT").next(), 2],
    [
      "a row by destructuring",
      (sql) => {
        const [row] = sql.exec("SELECT");
        return row;
      },
      2,
    ],
    ["all by iteration", (sql) => [...sql.exec("SELECT")], 4],
    ["all at once", (sql) => sql.exec("SELECT").toArray(), 4],
    ["all in the raw", (sql) => [...sql.exec("SELECT").raw()], 4],
    [
      "all, row by row and after other queries",
      (sql) => {
        const cursor = sql.exec("SELECT");
        for (const _ of cursor) sql.exec("SELECT");
      },
      4,
    ],
  ])("of which the program reads %s knows how many rows SQLite has read", async (_, read, rows) => {
    const sql = sqlOf(4);
    const { root } = await record(() => read(sql));
    expect(root?.children[0]?.attributes[READ]).toBe(rows);
  });

  it("ends when its rows have been read, and its invocation does not wait for that", async () => {
    const sql = sqlOf(2);
    const { root } = await record(async () => {
      const cursor = sql.exec("SELECT");
      await new Promise((resolve) => setTimeout(resolve, 5));
      return cursor.toArray();
    });
    const { startTimeUnixNano, endTimeUnixNano } = root?.children[0]?.wire ?? {};
    expect(Number(BigInt(endTimeUnixNano ?? 0) - BigInt(startTimeUnixNano ?? 0))).toBeGreaterThan(4e6);
    expect(root?.children[0]?.attributes).not.toHaveProperty("enterspan.unfinished");
  });

  it("that is read when its invocation is over gives its rows all the same", async () => {
    const sql = sqlOf(2);
    let rest: (() => unknown) | undefined;
    const { root } = await record(() => {
      const cursor = sql.exec("SELECT");
      rest = () => [...cursor];
    });
    expect(rest?.()).toEqual([1, 2]);
    expect(root?.children[0]?.attributes[READ]).toBe(1);
  });

  it.each<[string, (sql: Sql) => unknown, string]>([
    ["when it is made", (sql) => sql.exec("SELEC"), "syntax error"],
    ["while it is read", (sql) => [...sql.exec("SELECT")], "overflow"],
    ["because it gives other than one row", (sql) => sql.exec("SELECT").one(), "Expected exactly one"],
  ])("that fails %s does so unchanged, and its span says so", async (_, call, message) => {
    const sql = sqlOf(3, 2);
    const { result, root } = await record(() => call(sql));
    expect(result).toMatchObject({ status: "rejected", reason: { message } });
    expect(root?.children[0]).toMatchObject({
      status: { code: 2, message },
      events: [{ name: "exception" }],
    });
    expect(root?.children[0]?.attributes["error.type"]).toMatch(/Error$/);
  });
});

it("what is ingested is counted", async () => {
  const sql = sqlOf(0);
  const { result, root } = await record(() => sql.ingest("INSERT …"));
  expect(result).toMatchObject({ value: { remainder: "", statementCount: 3 } });
  expect(root?.children).toMatchObject([
    {
      name: "durable_object_storage_ingest",
      attributes: {
        "cloudflare.durable_object.response.rows_read": 1,
        "cloudflare.durable_object.response.rows_written": 2,
        "cloudflare.durable_object.response.statement_count": 3,
      },
    },
  ]);
});

it("the size of the database is told of, by a property that stays one of the prototype's", async () => {
  const sql = sqlOf(0);
  const { result, root } = await record(() => sql.databaseSize);
  expect(result).toMatchObject({ value: 4096 });
  expect(root?.children).toMatchObject([
    {
      name: "durable_object_storage_getDatabaseSize",
      attributes: { "cloudflare.durable_object.response.db_size": 4096 },
    },
  ]);
  expect(Object.getOwnPropertyNames(sql)).toEqual([]);
});
