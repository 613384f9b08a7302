// Users' own SQL: what the views show, that nothing else can be read, written or reached, and that what would take too
// much is stopped while others go on.

import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeLogsJson, encodeTracesJson } from "@enterspan/otlp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { post } from "../backend.fixture.ts";
import { type Backend, startBackend } from "../index.ts";
import { attributesOf, EPOCH, logs, MILLI, newLog, newSpan, newTraceId, traces } from "../records.fixture.ts";
import type { ApiError, SqlResponse } from "./contract.ts";

let backend: Backend;
let dataDir: string;
const traceId = newTraceId();
const spanId = "00f067aa0ba902b7";

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "enterspan-sql-"));
  backend = await startBackend({
    dataDir,
    port: 0,

    onLog: ({ message }) => console.error(message),
  });
  const spans = [
    newSpan({
      traceId,
      spanId,
      name: "checkout",
      kind: 2,
      startTimeUnixNano: EPOCH + 1n,
      endTimeUnixNano: EPOCH + 1n + 250n * MILLI,
      attributes: [...attributesOf({ tier: "gold", count: 3 }), ...attributesOf({ tier: "again" })],
      events: [{ timeUnixNano: EPOCH, name: "e", attributes: [], droppedAttributesCount: 0 }],
    }),
    newSpan({ traceId, parentSpanId: spanId, name: "charge", status: { code: 2, message: "declined" } }),
  ];
  await post(backend, "/v1/traces", encodeTracesJson(traces(spans, "orders")));
  const log = newLog({
    traceId,
    spanId,
    severityText: "WARN",
    severityNumber: 13,
    attributes: attributesOf({ a: 1 }),
  });
  await post(backend, "/v1/logs", encodeLogsJson(logs([log], "orders")));
});
afterAll(async () => {
  await backend.close();
  rmSync(dataDir, { recursive: true, force: true });
});

type Answer = SqlResponse & Partial<ApiError> & { status: number };

async function ask(sql: string, rest: object = {}, on = backend): Promise<Answer> {
  const answer = await post(on, "/api/sql", JSON.stringify({ sql, ...rest }));
  return { status: answer.status, ...((await answer.json()) as SqlResponse & ApiError) };
}

const rows = async (sql: string, rest?: object) => {
  const { rows, error } = await ask(sql, rest);
  return rows ?? error;
};

describe("answers", () => {
  test("spans with readable columns", async () => {
    const { columns, rows, truncated } = await ask("SELECT * FROM spans ORDER BY start_unix_nano DESC");
    expect(columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
      "trace_id VARCHAR",
      "span_id VARCHAR",
      "parent_span_id VARCHAR",
      "name VARCHAR",
      "kind VARCHAR",
      "start_time TIMESTAMP WITH TIME ZONE",
      "end_time TIMESTAMP WITH TIME ZONE",
      "start_unix_nano BIGINT",
      "end_unix_nano BIGINT",
      "duration_ms DOUBLE",
      "status VARCHAR",
      "status_message VARCHAR",
      "error VARCHAR",
      "service VARCHAR",
      "attributes MAP(VARCHAR, VARCHAR)",
      "resource MAP(VARCHAR, VARCHAR)",
      "attribute_keys VARCHAR[]",
      "attribute_values VARCHAR[]",
      "scope_name VARCHAR",
      "scope_version VARCHAR",
      "events JSON",
      "links JSON",
    ]);
    const [first] = rows.map((row) => Object.fromEntries(row.map((value, at) => [columns[at]?.name, value])));
    expect(first).toEqual({
      trace_id: traceId,
      span_id: spanId,
      parent_span_id: null,
      name: "checkout",
      kind: "server",
      start_time: "2026-01-01 00:00:00+00",
      end_time: "2026-01-01 00:00:00.25+00",
      start_unix_nano: String(EPOCH + 1n),
      end_unix_nano: String(EPOCH + 1n + 250n * MILLI),
      duration_ms: 250,
      status: "unset",
      status_message: null,
      error: null,
      service: "orders",
      attributes: { tier: "gold", count: "3" },
      resource: { "service.name": "orders" },
      attribute_keys: ["tier", "count", "tier"],
      attribute_values: ["gold", "3", "again"],
      scope_name: "test",
      scope_version: "1",
      events: [{ timeUnixNano: String(EPOCH), name: "e" }],
      links: null,
    });
    expect([rows.length, truncated]).toEqual([2, false]);
  });

  test("logs with readable columns", async () => {
    const { columns, rows } = await ask("FROM logs");
    expect(Object.fromEntries((rows[0] ?? []).map((value, at) => [columns[at]?.name, value]))).toEqual({
      time: "2026-01-01 00:00:00+00",
      time_unix_nano: String(EPOCH),
      trace_id: traceId,
      span_id: spanId,
      level: "warn",
      severity_number: 13,
      message: "hello",
      is_error: false,
      event_name: null,
      service: "orders",
      attributes: { a: "1" },
      resource: { "service.name": "orders" },
      attribute_keys: ["a"],
      attribute_values: ["1"],
      scope_name: "test",
      scope_version: "1",
    });
  });

  test.each<[string, object | undefined, unknown]>([
    ["SELECT count(*) FROM spans WHERE attributes['tier'] = 'gold'", undefined, [[1]]],
    ["SELECT attributes['count']::INT + 1 FROM spans WHERE name = ?", { params: ["checkout"] }, [[4]]],
    ["SELECT name FROM spans WHERE duration_ms > $least", { params: { least: 10.5 } }, [["checkout"]]],
    ["SELECT $1::VARCHAR, $2 IS NULL, $3", { params: ["it's; --", null, true] }, [["it's; --", true, true]]],
    ["SELECT n FROM range(5) t(n) LIMIT $1", { params: [2] }, [[0], [1]]],
    [
      "SELECT service, quantile_cont(duration_ms, 0.5) AS p50 FROM spans GROUP BY ALL",
      undefined,
      [["orders", 125.5]],
    ],
    [
      "WITH slow AS (SELECT * FROM spans WHERE duration_ms > 10) SELECT name FROM slow",
      undefined,
      [["checkout"]],
    ],
    [
      "WITH a AS (SELECT 1 AS x), b AS MATERIALIZED (SELECT x + 1 AS x FROM a) SELECT x FROM b",
      undefined,
      [[2]],
    ],
    [
      "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 3) SELECT max(n) FROM r",
      undefined,
      [[3]],
    ],
    [
      "SELECT s.name, l.level FROM spans s JOIN logs l USING (trace_id, span_id)",
      undefined,
      [["checkout", "warn"]],
    ],
    [
      "SELECT name, row_number() OVER (ORDER BY name) FROM spans ORDER BY 1 DESC LIMIT 1",
      undefined,
      [["checkout", 2]],
    ],
    [
      "SELECT k FROM (SELECT unnest(map_keys(attributes)) AS k FROM spans) ORDER BY 1",
      undefined,
      [["count"], ["tier"]],
    ],
    [
      "SELECT name FROM spans WHERE attribute_values[list_position(attribute_keys, 'tier')] = 'gold'",
      undefined,
      [["checkout"]],
    ],
    ["SELECT events->0->>'name' FROM spans WHERE events IS NOT NULL", undefined, [["e"]]],
    [
      "PIVOT spans ON status IN ('unset', 'error') USING count(*) GROUP BY service",
      undefined,
      [["orders", 1, 1]],
    ],
    ["SELECT 1 UNION ALL SELECT 1", undefined, [[1], [1]]],
    ["SELECT name FROM spans WHERE name LIKE 'ch_rg%' AND name NOT ILIKE '%X_%'", undefined, [["charge"]]],
    // Minutes by DuckDB's own LIKE, whatever name it is called by.
    [
      `SELECT s LIKE '${"%a_".repeat(20)}%b', main."~~"(s, '${"%a_".repeat(20)}%b') FROM (SELECT string_agg('a', '') AS s FROM range(90))`,
      undefined,
      [[false, false]],
    ],
    [
      "VALUES (9007199254740993, 0.1::DECIMAL(3, 2), 'nan'::DOUBLE, DATE '2026-01-02', [1, NULL], {'a': 1})",
      undefined,
      [["9007199254740993", "0.10", "NaN", "2026-01-02", [1, null], { a: 1 }]],
    ],
    [
      "SELECT count(*) FROM spans WHERE start_time > now() - INTERVAL 100 YEAR -- all of them",
      undefined,
      [[2]],
    ],
  ])("%s", async (sql, rest, expected) => {
    expect(await rows(sql, rest)).toEqual(expected);
  });

  test("DESCRIBE and SUMMARIZE of a view", async () => {
    expect(await rows("DESCRIBE logs")).toContainEqual(["level", "VARCHAR", "YES", null, null, null]);
    expect(((await rows("SUMMARIZE spans")) as unknown[]).length).toBe(22);
  });

  test("up to a limit, and says so", async () => {
    expect(await ask("FROM range(5)", { limit: 3 })).toMatchObject({
      rows: [[0], [1], [2]],
      truncated: true,
    });
    expect(await ask("FROM range(5)", { limit: 5 })).toMatchObject({ truncated: false });
    expect((await ask("FROM range(1000000000000)")).rows).toHaveLength(1000);
  });

  test("an answer stops growing at 16 MiB", async () => {
    const text = "x".repeat(10_000);
    const { rows, truncated } = await ask("SELECT $1 || n FROM range(10000) t(n)", {
      params: [text],
      limit: 10_000,
    });
    expect([rows.length > 1000 && rows.length < 1700, truncated]).toEqual([true, true]);
  });
});

describe("refuses", () => {
  const home = process.env.HOME ?? "/";
  test.each<[string, string]>([
    // Files and networks.
    ["SELECT * FROM read_csv('/etc/passwd')", "read_csv() cannot be used in FROM"],
    ["SELECT * FROM read_text('/etc/passwd')", "read_text() cannot be used in FROM"],
    ["SELECT * FROM read_blob('/etc/passwd')", "read_blob() cannot be used in FROM"],
    ["SELECT * FROM read_parquet('http://127.0.0.1/x')", "read_parquet() cannot be used in FROM"],
    ["SELECT * FROM read_duckdb('x')", "read_duckdb() cannot be used in FROM"],
    ["SELECT * FROM glob('/*')", "glob() cannot be used in FROM"],
    ["SELECT * FROM sniff_csv('/etc/passwd')", "sniff_csv() cannot be used in FROM"],
    ["SELECT * FROM '/etc/passwd'", "There is no table /etc/passwd here; there are spans and logs."],
    ["FROM 'data.parquet'", "There is no table data.parquet here"],
    ["COPY spans TO '/tmp/x'", "Only a SELECT can be run here"],
    ["COPY (SELECT 1) TO '/tmp/x'", "Only a SELECT can be run here"],
    ["EXPORT DATABASE '/tmp/x'", "Only a SELECT can be run here"],
    // Other databases, extensions, settings.
    ["ATTACH '/tmp/x.duckdb' AS x", "Only a SELECT can be run here"],
    ["USE enterspan", "Only a SELECT can be run here"],
    ["INSTALL httpfs", "Only a SELECT can be run here"],
    ["LOAD httpfs", "Only a SELECT can be run here"],
    ["PRAGMA database_list", "Only a SELECT can be run here"],
    ["PRAGMA enable_profiling", "Only a SELECT can be run here"],
    ["SET memory_limit = '100GB'", "Only a SELECT can be run here"],
    ["RESET enable_external_access", "Only a SELECT can be run here"],
    ["SET VARIABLE x = 1", "Only a SELECT can be run here"],
    ["CALL pragma_version()", "Only a SELECT can be run here"],
    ["CHECKPOINT", "Only a SELECT can be run here"],
    // Writes.
    ["INSERT INTO spans VALUES (1)", "Only a SELECT can be run here"],
    ["DELETE FROM logs", "Only a SELECT can be run here"],
    ["DROP TABLE enterspan.main.spans", "Only a SELECT can be run here"],
    ["CREATE TABLE x AS SELECT 1", "Only a SELECT can be run here"],
    ["CREATE MACRO x() AS 1", "Only a SELECT can be run here"],
    ["BEGIN TRANSACTION", "Only a SELECT can be run here"],
    ["WITH x AS (DELETE FROM logs RETURNING *) SELECT * FROM x", ""],
    ["PREPARE x AS SELECT 1", "Only a SELECT can be run here"],
    ["EXPLAIN ANALYZE SELECT 1", "Only a SELECT can be run here"],
    // More than one.
    ["SELECT 1; SELECT 2", "There is more than one statement"],
    ["SELECT 1; DROP TABLE spans", "Only a SELECT can be run here"],
    ["SELECT 1;;COPY spans TO 'x'", "Only a SELECT can be run here"],
    ["", "There is no statement."],
    ["-- nothing", "There is no statement."],
    // Our own tables and the catalogue, by every name.
    ["SELECT * FROM attribute_keys", "There is no table attribute_keys here"],
    ["SELECT * FROM documents", "There is no table documents here"],
    ["SELECT * FROM enterspan.main.documents", "There is no table enterspan.main.documents here"],
    ["SELECT * FROM main.spans", "There is no table main.spans here"],
    ["SELECT * FROM sandbox.main.spans", "There is no table sandbox.main.spans here"],
    ["SELECT * FROM information_schema.tables", "There is no table information_schema.tables here"],
    ["SELECT * FROM duckdb_settings()", "duckdb_settings() cannot be used in FROM"],
    ["SELECT * FROM duckdb_secrets()", "duckdb_secrets() cannot be used in FROM"],
    ["SELECT * FROM duckdb_tables", "There is no table duckdb_tables here"],
    ["SELECT * FROM sqlite_master", "There is no table sqlite_master here"],
    ["SELECT * FROM pg_catalog.pg_tables", "There is no table pg_catalog.pg_tables here"],
    ["SHOW TABLES", "Only a SELECT can be run here"],
    ["SHOW ALL TABLES", "Only a SELECT can be run here"],
    ["DESCRIBE documents", ""],
    ["SUMMARIZE duckdb_settings", "There is no table duckdb_settings here"],
    ["SELECT * FROM query('SELECT * FROM documents')", "query() cannot be used in FROM"],
    ["SELECT * FROM query_table('documents')", "query_table() cannot be used in FROM"],
    ["SELECT * FROM seq_scan('documents')", "seq_scan() cannot be used in FROM"],
    ["SELECT * FROM pragma_table_info('documents')", "pragma_table_info() cannot be used in FROM"],
    [
      "SELECT * FROM json_execute_serialized_sql('{}')",
      "json_execute_serialized_sql() cannot be used in FROM",
    ],
    // Behind every construct that could hide it.
    ["SELECT (SELECT count(*) FROM documents)", "There is no table documents here"],
    ["SELECT 1 WHERE EXISTS (FROM documents)", "There is no table documents here"],
    ["SELECT 1 ORDER BY (SELECT count(*) FROM documents)", "There is no table documents here"],
    ["SELECT 1 LIMIT (SELECT count(*) FROM documents)", "There is no table documents here"],
    ["SELECT 1 UNION SELECT count(*) FROM documents", "There is no table documents here"],
    [
      "SELECT list_transform([1], lambda x: current_setting('threads'))",
      "The function current_setting() cannot be used",
    ],
    [
      "SELECT count(*) FILTER (getvariable('x')) FROM spans",
      "The function getvariable() cannot be used here",
    ],
    [
      "SELECT sum(1) OVER (ORDER BY current_setting('threads')) FROM spans",
      "The function current_setting() cannot be used",
    ],
    ["SELECT * FROM spans JOIN documents ON true", "There is no table documents here"],
    ["SELECT * FROM spans s, LATERAL (SELECT * FROM documents) d", "There is no table documents here"],
    ["SELECT * FROM unnest((SELECT list(id) FROM documents))", "There is no table documents here"],
    ["PIVOT documents ON id USING count(*)", "Only a SELECT can be run here"],
    [
      "WITH documents AS (SELECT * FROM documents) SELECT * FROM documents",
      "There is no table documents here",
    ],
    [
      "WITH RECURSIVE documents AS (SELECT * FROM documents UNION ALL SELECT * FROM documents) FROM documents",
      "There is no table documents here",
    ],
    [
      "SELECT * FROM duckdb_tables, (WITH duckdb_tables AS (SELECT 1) FROM duckdb_tables)",
      "There is no table duckdb_tables here",
    ],
    [
      "SELECT * FROM (WITH duckdb_tables AS (SELECT 1) FROM duckdb_tables), duckdb_tables",
      "There is no table duckdb_tables here",
    ],
    ["WITH a AS (FROM b), b AS (SELECT 1) FROM a", "There is no table b here"],
    // What reads the process or makes much of little.
    ["SELECT getenv('HOME')", "The function getenv() cannot be used here; docs/sql.md tells which can."],
    ["SELECT current_setting('temp_directory')", "The function current_setting() cannot be used here"],
    ["SELECT nextval('x')", "The function nextval() cannot be used here"],
    ["SELECT system.main.current_setting('threads')", "The function current_setting() cannot be used here"],
    ["SELECT sleep_ms(100000)", "The function sleep_ms() cannot be used here"],
    ["SELECT write_log('x')", "The function write_log() cannot be used here"],
    ["SELECT repeat('x', 2000000000)", "The function repeat() cannot be used here"],
    ["SELECT lpad('x', 2000000000, 'x')", "The function lpad() cannot be used here"],
    ["SELECT range(1000000000)", "The function range() cannot be used here"],
    // What takes the square of its texts, or more, and cannot be broken off.
    ["SELECT levenshtein(name, name) FROM spans", "The function levenshtein() cannot be used here"],
    ["SELECT damerau_levenshtein('a', 'b')", "The function damerau_levenshtein() cannot be used here"],
    ["SELECT name GLOB '*a*b' FROM spans", "The function ~~~() cannot be used here"],
    ["SELECT name LIKE '%a' ESCAPE '!' FROM spans", "The function like_escape() cannot be used here"],
    [`SELECT system.main."~~"('a', '%a')`, "The function ~~() cannot be used here"],
    ["SELECT * FROM repeat('x', 5)", "repeat() cannot be used in FROM"],
    // The user's own mistakes.
    ["SELECT nme FROM spans", 'Referenced column "nme" not found'],
    ["SELECT FROM FROM spans", 'syntax error at or near "FROM" (character 13)'],
    ["SELECT attributes['tier']::INT FROM spans", "Could not convert string 'gold' to INT32"],
    ["SELECT ?", "Values were not provided"],
    ["SELECT 1e400", "A number in the statement is larger than a double holds"],
  ])("%s", async (sql, message) => {
    const { status, error } = await ask(sql);
    expect([status, error?.code]).toEqual([400, "invalid_sql"]);
    expect(error?.message).toContain(message);
    expect(error?.message).not.toContain(home);
  });

  test.each([
    ["sums", (times: number) => `SELECT ${"1+".repeat(times)}1`],
    ["calls", (times: number) => `SELECT ${"lower(".repeat(times)}'a'${")".repeat(times)}`],
    ["lists", (times: number) => `SELECT ${"[".repeat(times)}1${"]".repeat(times)}`],
    ["queries", (times: number) => `${"SELECT * FROM (".repeat(times)}SELECT 1${")".repeat(times)}`],
  ])("%s that nest too deeply, before they are planned", async (_, nested) => {
    expect((await ask(nested(15))).status).toBe(200);
    for (const times of [400, 1_200])
      expect((await ask(nested(times))).error?.message).toMatch("The statement nests too deeply");
  });

  describe("JSON nested deeper than a stack, which some of DuckDB's functions follow down", () => {
    const deep = `${'{"a":'.repeat(200_000)}1${"}".repeat(200_000)}`;

    test.each<[string, string]>([
      ["SELECT json_structure($1)", "The function json_structure() cannot be used here"],
      ["SELECT json_pretty($1)", "The function json_pretty() cannot be used here"],
      ["SELECT json_contains($1, '7')", "The function json_contains() cannot be used here"],
      ["SELECT json_merge_patch($1, $1)", "The function json_merge_patch() cannot be used here"],
      ["SELECT json_transform('[1]', $1)", "The function json_transform() cannot be used here"],
      ["SELECT * FROM json_tree($1)", "json_tree() cannot be used in FROM"],
      ["SELECT $1::JSON::VARIANT", "VARIANT cannot be used here"],
      ["SELECT TRY_CAST($1::JSON AS STRUCT(a VARIANT)[])", "VARIANT cannot be used here"],
      ["SELECT $1->'$..a'", "A path into JSON cannot have .. or **"],
      ["SELECT json_extract_string($1, ['$.a', '$.**'])", "A path into JSON cannot have .. or **"],
      ["SELECT $1->>('$.' || '.a')", "A path into JSON must be written out"],
      ["SELECT json_extract($1, p) FROM (SELECT '$..a' AS p)", "A path into JSON must be written out"],
      [
        "SELECT hash(j -> p) FROM (SELECT $1::JSON AS j, '$..a' AS p)",
        "A path into JSON must be written out",
      ],
      ["SELECT list_transform(['$..a'], lambda p: $1 -> p)", "A path into JSON must be written out"],
      ["SELECT ($1::JSON)['$.' || '.a']", "A subscript that is neither written out nor a number"],
      ["SELECT j[p] FROM (SELECT $1::JSON AS j, '$..a' AS p)", "A subscript that is neither written out"],
      [
        "SELECT attributes[p] FROM (SELECT $1::JSON AS attributes, '$..a' AS p)",
        "A subscript that is neither",
      ],
      [
        "WITH a(attributes, p) AS (SELECT $1::JSON, '$..a') SELECT attributes[p] FROM a",
        "A subscript that is",
      ],
      [
        "SELECT attributes[p] FROM (VALUES ($1::JSON, '$..a')) v(attributes, p)",
        "A subscript that is neither",
      ],
    ])("%s", async (sql, message) => {
      const { status, error } = await ask(sql, { params: [deep] });
      expect([status, error?.code]).toEqual([400, "invalid_sql"]);
      expect(error?.message).toContain(message);
    });

    test("is given as text, not as itself", async () => {
      const { status, error } = await ask("SELECT $1::JSON", { params: [deep] });
      expect([status, error?.code]).toEqual([400, "sql_limit"]);
      expect(error?.message).toContain("cast it to VARCHAR");
      expect(await rows("SELECT $1::JSON::VARCHAR", { params: [deep] })).toEqual([[deep]]);
    });

    test("what does not follow it down answers", async () => {
      const sql = `SELECT json_valid($1), len(json($1)), len($1->'a'), len($1->>'$.a.a'), json_type($1), json_keys($1),
        json_array_length($1, '$.a'), len(($1::JSON)['a']::VARCHAR), len(json_object('a', $1::JSON)::VARCHAR),
        (SELECT count(*) FROM json_each($1))`;
      const [row] = (await ask(sql, { params: [deep] })).rows;
      expect(row).toEqual([
        true,
        deep.length,
        deep.length - 6,
        deep.length - 12,
        "OBJECT",
        ["a"],
        0,
        deep.length - 6,
        deep.length + 6,
        1,
      ]);
    });

    test("and subscripts of maps and lists do", async () => {
      const sql = `SELECT attributes[k], attribute_values[list_position(attribute_keys, k)], list[n::BIGINT], attributes[$1], [7][1]
        FROM spans, (SELECT 'tier' AS k, ['x', 'y'] AS list, 2.0 AS n) WHERE name = 'checkout'`;
      expect(await rows(sql, { params: ["count"] })).toEqual([["gold", "gold", "y", "3", 7]]);
    });
  });

  test("bodies that are none", async () => {
    for (const body of [
      "{}",
      "[]",
      "x",
      '{"sql": 1}',
      '{"sql": "SELECT 1", "limit": 0}',
      '{"sql": "SELECT 1", "params": [[]]}',
    ]) {
      expect((await post(backend, "/api/sql", body)).status).toBe(400);
    }
    const evil = { origin: "https://evil.example", "content-type": "text/plain" };
    expect((await post(backend, "/api/sql", '{"sql":"SELECT 1"}', evil)).status).toBe(403);
  });
});

describe("stops", () => {
  let hurried: Backend;
  let directory: string;
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "enterspan-sql-"));
    hurried = await startBackend({ dataDir: directory, port: 0, sqlTimeoutMs: 2000 });
  });
  afterAll(async () => {
    await hurried.close();
    rmSync(directory, { recursive: true, force: true });
  });

  test.each([
    [
      "a count that never ends",
      "SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE a.range + b.range = -1",
    ],
    [
      "a recursion that never ends",
      "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r",
    ],
    [
      "a sort of everything",
      "SELECT max(x) FROM (SELECT md5(n::VARCHAR) AS x FROM range(100000000) t(n) ORDER BY x)",
    ],
    ["a list of everything", "SELECT len(list(md5(n::VARCHAR))) FROM range(1000000000) t(n)"],
    [
      "a text that doubles",
      "WITH RECURSIVE r AS (SELECT 1 AS n, 'xxxxxxxx' AS s UNION ALL SELECT n + 1, s || s FROM r WHERE n < 40) SELECT max(len(s)) FROM r",
    ],
  ])("%s, while spans are stored and read", async (_, sql) => {
    const running = ask(sql, {}, hurried);
    const stored = [];
    for (let at = 0; at < 5; at++) {
      const span = newSpan({ name: `meanwhile ${at}` });
      const started = performance.now();
      expect((await post(hurried, "/v1/traces", encodeTracesJson(traces([span])))).status).toBe(200);
      expect((await fetch(`${hurried.url}/api/traces/${span.traceId}`)).status).toBe(200);
      stored.push(performance.now() - started);
    }
    const { status, error } = await running;
    expect([status, error?.code]).toEqual([400, "sql_limit"]);
    expect(error?.message).toMatch(/took longer than 2 s|needs more memory/);
    expect(Math.max(...stored)).toBeLessThan(5000);
    expect((await ask("SELECT 1", {}, hurried)).rows).toEqual([[1]]);
  });

  test("what they spilled is gone with them", () => {
    const spill = join(directory, "spill");
    expect(existsSync(spill) ? readdirSync(spill) : []).toEqual([]);
  });
});
