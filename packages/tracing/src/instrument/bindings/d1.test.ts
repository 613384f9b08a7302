// D1 where the runtime makes no spans of its own (Node, older runtimes), and where it does: one span a call either way.
import { describe, expect, it } from "vitest";
import { tracing } from "../../process.ts";
import { record, testRuntime } from "../../recorder.fixture.ts";
import { type D1Database, instrumentD1 } from "./d1.ts";

const META = {
  size_after: 8192,
  rows_read: 1,
  rows_written: 0,
  last_row_id: 0,
  changed_db: false,
  changes: 0,
  served_by_primary: true,
  timings: { sql_duration_ms: 0.5 },
  total_attempts: 1,
};

/** A database in memory with the binding's shapes and errors; `spans` makes it instrument itself as the runtime does. */
class DatabaseStub {
  readonly spans: boolean;
  constructor(spans: boolean) {
    this.spans = spans;
  }
  prepare(sql: string) {
    return new StatementStub(this, sql);
  }
  async batch(statements: StatementStub[]) {
    return Promise.all(statements.map(() => ({ results: [], meta: META })));
  }
  async exec(sql: string) {
    if (sql === "bad")
      throw new Error("D1_EXEC_ERROR: Error in line 1: bad: no", {
        cause: new Error("Error in line 1: bad: no"),
      });
    return { count: 1, duration: 0 };
  }
}

class StatementStub {
  readonly database: DatabaseStub;
  readonly statement: string;
  constructor(database: DatabaseStub, statement: string) {
    this.database = database;
    this.statement = statement;
  }
  bind(..._values: unknown[]) {
    return new StatementStub(this.database, this.statement);
  }
  async all() {
    const query = async () => {
      if (this.statement === "SELEC")
        throw new Error("D1_ERROR: syntax error", { cause: new Error("syntax error") });
      return { results: [{ n: 1 }], meta: META };
    };
    if (!this.database.spans) return query();
    return tracing.enterSpan("d1_all", async (span) => {
      span.setAttribute("cloudflare.d1.response.rows_read", 42);
      return query();
    });
  }
  async first() {
    return { n: 1 };
  }
}

function instrumented(spans = false) {
  const database = new DatabaseStub(spans);
  instrumentD1(testRuntime().runtime, database as unknown as D1Database, "DB");
  return database;
}

describe("a database that makes no spans", () => {
  it("gets one a call, with the SQL, the facts of its answer, and no bound value", async () => {
    const db = instrumented();
    const { root, result } = await record(() => db.prepare("SELECT ?").bind("secret").all());
    expect(result).toMatchObject({ value: { results: [{ n: 1 }] } });
    expect(root?.children).toHaveLength(1);
    expect(root?.children[0]).toMatchObject({
      name: "d1_all",
      attributes: {
        "db.system.name": "cloudflare-d1",
        "db.operation.name": "all",
        "db.query.text": "SELECT ?",
        "cloudflare.binding.name": "DB",
        "cloudflare.d1.response.rows_read": 1,
        "cloudflare.d1.response.sql_duration_ms": 0.5,
      },
    });
    expect(JSON.stringify(root?.children[0]?.attributes)).not.toContain("secret");
  });

  it("has the facts of a batch added up", async () => {
    const db = instrumented();
    const { root } = await record(() => db.batch([db.prepare("SELECT 1"), db.prepare("SELECT 2").bind(1)]));
    expect(root?.children[0]).toMatchObject({
      name: "d1_batch",
      attributes: {
        "db.query.text": "SELECT 1\nSELECT 2",
        "db.operation.batch.size": 2,
        "cloudflare.d1.response.rows_read": 2,
        "cloudflare.d1.response.sql_duration_ms": 1,
        "cloudflare.d1.response.size_after": 8192,
      },
    });
  });

  it("tells what failed without the binding's prefix", async () => {
    const db = instrumented();
    const { root } = await record(async () => {
      await db
        .prepare("SELEC")
        .all()
        .catch(() => {});
      await db.exec("bad").catch(() => {});
    });
    expect(root?.children.map(({ attributes, status }) => [attributes["error.type"], status.code])).toEqual([
      ["syntax error", 2],
      ["Error in line 1", 2],
    ]);
  });
});

it("joins the span of a runtime that makes its own, whose facts hold", async () => {
  const db = instrumented(true);
  const { root } = await record(async () => {
    await db.prepare("SELECT 1").all();
    await db.prepare("SELECT 2").first();
  });
  expect(root?.children.map((span) => [span.name, span.children.length])).toEqual([
    ["d1_all", 0],
    ["d1_first", 0],
  ]);
  expect(root?.children[0]?.attributes).toMatchObject({
    "cloudflare.binding.name": "DB",
    "cloudflare.d1.response.rows_read": 42,
  });
});
