// Questions that nobody should ask: wrong types, huge numbers, names of quotes, statements that look for a way out. Each is
// answered or refused in words; none is a fault of ours, tells of files, or keeps the server from the next one.

import { encodeLogsJson, encodeTracesJson } from "@enterspan/otlp";
import fc from "fast-check";
import { expect, test } from "vitest";
import { post, startedBackend, temporaryDirectory } from "../backend.fixture.ts";
import type { Backend } from "../index.ts";
import { attributesOf, EPOCH, logs, MILLI, newLog, newSpan, traces } from "../records.fixture.ts";

const TELEMETRY = "/client/v4/accounts/any/workers/observability/telemetry";
const NOW = Number(EPOCH / MILLI);
const RUNS = 300;

const TEXTS = [
  "",
  " ",
  "\0",
  "a\0b",
  "\ud800",
  "🙂",
  '"',
  "'",
  "''; DROP TABLE spans; --",
  "$1",
  "%s%n",
  "../../etc/passwd",
  "__proto__",
  "constructor",
  "toString",
  "x".repeat(10_000),
  ",".repeat(10_000),
  "9223372036854775808",
  "-1e999",
  "NaN",
];
const PATTERNS = [
  "(a+)+$",
  "(?:a{900}){900}",
  "((a{100}){100}){100}",
  "[",
  "\\",
  "(?<x>a)",
  "a**",
  "(?=a)",
  "\\p{L}+",
  "\\Q",
  "x{1001}",
  "(".repeat(2_000),
];
const KEYS = [
  "tenant",
  "$metadata.duration",
  "$metadata.spanName",
  "$metadata.type",
  "$metadata.error",
  "$metadata.",
  "$workers.outcome",
  "$workers.scriptVersion.id",
  "timestamp",
  "dataset",
  ...TEXTS,
];
const NUMBERS = [0, -0, -1, 0.5, 1, 60, 1000, 1001, 2 ** 31, 2 ** 53, 2 ** 63, 1e19, 1e308, -1e308, 5e-324];

const text = fc.constantFrom(...TEXTS);
const key = fc.constantFrom(...KEYS);
const number = fc.constantFrom(...NUMBERS);
const anything = fc.oneof(
  text,
  number,
  fc.constantFrom<unknown>(null, true, [], {}, [null], [[]], { value: 1 }),
);

/** What belongs there, but one time in fifty something else or nothing: there are some thirty of these in a question. */
const mostly = <T>(right: fc.Arbitrary<T>): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 98, arbitrary: right },
    { weight: 1, arbitrary: anything },
    { weight: 1, arbitrary: fc.constant(undefined) },
  );

/** Left out more often than not. */
const seldom = <T>(right: fc.Arbitrary<T>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: right });

const type = mostly(fc.constantFrom("string", "string", "string", "number", "boolean"));
const operation = fc.constantFrom(
  "eq",
  "!=",
  "gt",
  "lte",
  "in",
  "NOT_IN",
  "includes",
  "DOES_NOT_INCLUDE",
  "starts_with",
  "ENDS_WITH",
  "regex",
  "MATCH_REGEX",
  "exists",
  "is_null",
  "like",
);
const leaf = fc.record({
  key: mostly(key),
  operation: mostly(operation),
  type,
  value: mostly(fc.oneof(text, number, fc.boolean(), fc.constantFrom(...PATTERNS))),
});
const { filter } = fc.letrec((tie) => ({
  filter: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    leaf,
    fc.record({
      kind: fc.constant("group"),
      filterCombination: mostly(fc.constantFrom("and", "OR")),
      filters: fc.array(tie("filter"), { maxLength: 3 }),
    }),
  ),
}));
const filters = mostly(fc.array(filter, { maxLength: 4 }));
const needle = seldom(
  fc.record({
    value: fc.oneof(text, number, fc.constantFrom(...PATTERNS)),
    isRegex: mostly(fc.boolean()),
    matchCase: mostly(fc.boolean()),
  }),
);
const moment = fc.constantFrom(NOW - 1000, NOW, NOW + 1000, ...NUMBERS);
const timeframe = mostly(
  fc.oneof(
    { weight: 4, arbitrary: fc.constant({ from: NOW - 1000, to: NOW + 1000 }) },
    { weight: 1, arbitrary: fc.record({ from: mostly(moment), to: mostly(moment) }) },
  ),
);
const operator = fc.constantFrom(
  "count",
  "COUNT",
  "uniq",
  "min",
  "max",
  "sum",
  "avg",
  "median",
  "p001",
  "p999",
  "stddev",
  "variance",
  "p100",
);
const parameters = fc.record({
  filters,
  filterCombination: mostly(fc.constantFrom("and", "or")),
  needle,
  datasets: mostly(fc.constantFrom<string[]>([], ["cloudflare-workers"])),
  calculations: mostly(
    fc.array(
      fc.record({ operator: mostly(operator), key: mostly(key), keyType: type, alias: mostly(text) }),
      { maxLength: 4 },
    ),
  ),
  groupBys: mostly(fc.array(fc.record({ type, value: mostly(key) }), { maxLength: 3 })),
  havings: seldom(
    fc.array(
      fc.record({
        key: mostly(fc.oneof(text, operator)),
        operation: mostly(fc.constantFrom("eq", "gt")),
        value: mostly(number),
      }),
      { maxLength: 2 },
    ),
  ),
  orderBy: seldom(
    fc.record({ value: mostly(fc.oneof(text, operator)), order: mostly(fc.constantFrom("asc", "desc")) }),
  ),
  search: seldom(fc.constantFrom("", "status:error", "duration>100ms", "a:(b", '"', ...TEXTS)),
});
const query = fc.record({
  queryId: fc.constant("odd"),
  view: mostly(fc.constantFrom("traces", "events", "calculations", "invocations", "requests", "agents")),
  timeframe,
  limit: mostly(fc.constantFrom(1, 100, 2000)),
  offset: seldom(fc.oneof(text, fc.constant(`${EPOCH}-span-${"a".repeat(32)}-${"b".repeat(16)}`))),
  offsetBy: mostly(fc.constantFrom(0, 1, 2 ** 53 - 1)),
  offsetDirection: mostly(fc.constantFrom("next", "prev")),
  granularity: mostly(fc.constantFrom(1, 60, 1000)),
  chartType: mostly(fc.constantFrom("timeseries", "aggregate", "distribution", "timeseries_and_aggregate")),
  compare: mostly(fc.boolean()),
  ignoreSeries: mostly(fc.boolean()),
  parameters: fc.oneof({ weight: 9, arbitrary: parameters }, { weight: 1, arbitrary: anything }),
});
const keysAsked = fc.record({
  filters,
  needle,
  keyNeedle: needle,
  from: mostly(moment),
  to: mostly(moment),
  limit: mostly(number),
});
const valuesAsked = fc.record({ filters, needle, key: mostly(key), type, timeframe, limit: mostly(number) });

async function filled(dataDir: string): Promise<Backend> {
  const backend = await startedBackend({ dataDir, sqlTimeoutMs: 1_000 });
  const spans = ["a", "🙂", "'"].map((tenant, at) =>
    newSpan({
      kind: 2,
      startTimeUnixNano: EPOCH + BigInt(at) * MILLI,
      attributes: attributesOf({
        tenant,
        "faas.invocation_id": tenant,
        "gen_ai.operation.name": "invoke_agent",
        size: at,
      }),
    }),
  );
  await post(backend, "/v1/traces", encodeTracesJson(traces(spans)));
  await post(
    backend,
    "/v1/logs",
    encodeLogsJson(logs([newLog({ body: { stringValue: "a 'quoted' line" } })])),
  );
  return backend;
}

/** Answered or refused in words that tell nothing of the machine. */
async function judged(answer: Response, dataDir: string): Promise<number> {
  const said = await answer.text();
  expect([200, 400, 404, 413], said).toContain(answer.status);
  expect(() => JSON.parse(said)).not.toThrow();
  if (answer.status === 200) return answer.status;
  expect(said).toMatch(/"message":"[^"]{5}/);
  for (const secret of [dataDir, "node_modules", "file://", ".ts:", "root:x:", "INTERNAL Error"])
    expect(said).not.toContain(secret);
  return answer.status;
}

test("odd telemetry queries", async () => {
  const dataDir = temporaryDirectory();
  const backend = await filled(dataDir);
  const seen = new Map<number, number>();
  const asked = fc.oneof(
    { weight: 8, arbitrary: fc.tuple(fc.constant("query"), query) },
    { weight: 1, arbitrary: fc.tuple(fc.constant("keys"), keysAsked) },
    { weight: 1, arbitrary: fc.tuple(fc.constant("values"), valuesAsked) },
  );
  await fc.assert(
    fc.asyncProperty(asked, async ([route, body]) => {
      const status = await judged(
        await post(backend, `${TELEMETRY}/${route}`, JSON.stringify(body)),
        dataDir,
      );
      seen.set(status, (seen.get(status) ?? 0) + 1);
    }),
    { numRuns: RUNS },
  );
  // Neither is all of it refused at the door.
  expect(seen.get(200) ?? 0).toBeGreaterThan(RUNS / 20);
  expect(seen.get(400) ?? 0).toBeGreaterThan(RUNS / 20);
});

/** An address holds no more. */
const shortText = text.map((long) => long.toWellFormed().slice(0, 1_000));
const search = fc
  .array(
    fc.oneof(
      {
        weight: 3,
        arbitrary: fc.constantFrom(
          "status:error",
          "-duration>1ms",
          "tenant:🙂",
          "size:1..2",
          "name~a+",
          "(",
          ")",
          "or",
          "not",
        ),
      },
      {
        weight: 1,
        arbitrary: fc.constantFrom(
          ...TEXTS.map((long) => long.slice(0, 500)),
          ...PATTERNS.map((pattern) => `name~"${pattern.slice(0, 500)}"`),
          "-".repeat(100),
          "(".repeat(100),
        ),
      },
    ),
    { maxLength: 4 },
  )
  .map((terms) => terms.join(" "));
const time = fc.oneof(moment.map(String), shortText);
const parametersOf = {
  "/api/traces": {
    search: seldom(search),
    service: seldom(shortText),
    limit: seldom(fc.oneof(number.map(String), shortText)),
    before: seldom(
      fc.oneof(fc.constantFrom(`${EPOCH}`, `${EPOCH}-${"a".repeat(32)}`, "9".repeat(19), "1-"), shortText),
    ),
    sort: seldom(fc.constantFrom("duration", "spans", "errors", "logs", "name")),
    took: seldom(fc.constantFrom("0-1", `${"9".repeat(18)}-0`, "1-", "a-b")),
    errors: seldom(fc.constantFrom("1", "0", "")),
    from: seldom(time),
    to: seldom(time),
  },
  "/api/traces/heatmap": {
    search: seldom(search),
    from: time,
    to: time,
    buckets: seldom(fc.oneof(number.map(String), shortText)),
  },
  "/api/search/complete": { text: search, cursor: seldom(fc.oneof(number.map(String), shortText)) },
  "/api/services/map": { from: seldom(time), to: seldom(time), limit: seldom(number.map(String)) },
} satisfies Record<string, Record<string, fc.Arbitrary<unknown>>>;

test("odd searches, lists and heatmaps", async () => {
  const dataDir = temporaryDirectory();
  const backend = await filled(dataDir);
  const asked = fc.oneof(
    ...Object.entries(parametersOf).map(([path, members]) =>
      fc.record(members as Record<string, fc.Arbitrary<unknown>>).map((values) => {
        const given = Object.entries(values).filter(([, value]) => value !== undefined);
        return `${path}?${new URLSearchParams(given as Array<[string, string]>)}`;
      }),
    ),
    shortText.map((id) => `/api/traces/${encodeURIComponent(id)}`),
  );
  await fc.assert(
    fc.asyncProperty(asked, async (path) => {
      await judged(await fetch(backend.url + path), dataDir);
    }),
    { numRuns: RUNS },
  );
});

/** The first two times in three. */
const mainly = (usual: string, ...others: string[]) =>
  fc.oneof(
    { weight: 2, arbitrary: fc.constant(usual) },
    { weight: 1, arbitrary: fc.constantFrom(...others) },
  );

const name = fc.constantFrom(
  "name",
  "attributes",
  "attributes['tenant']",
  "start_unix_nano",
  "duration_ms",
  "nothing",
  "*",
  "rowid",
  "#1",
  "?",
  "$1",
  "$x",
);
const literal = fc.constantFrom(
  "1",
  "-1",
  "1e400",
  "''",
  "'🙂'",
  "NULL",
  "[]",
  "{'a': 1}",
  "DATE 'infinity'",
  "x'00'",
  "'%a_%a_%a_%a_%a_%a_%a_%a_%b'",
  "9223372036854775808",
);
const call = fc.constantFrom(
  "lower",
  "count",
  "sum",
  "list",
  "json_extract",
  "strftime",
  "regexp_replace",
  "array_slice",
  "unnest",
  "getenv",
  "current_setting",
  "read_text",
  "query",
  "nextval",
  "getvariable",
  "repeat",
  "hash",
  "typeof",
  "system.main.getenv",
  "epoch_ms",
  "row_number",
);
const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 3 },
    name,
    literal,
    fc
      .tuple(call, fc.array(tie("expression"), { maxLength: 3 }))
      .map(([of, args]) => `${of}(${args.join(", ")})`),
    fc
      .tuple(
        tie("expression"),
        fc.constantFrom(
          "=",
          "||",
          "+",
          "//",
          "LIKE",
          "NOT ILIKE",
          "GLOB",
          "IN",
          "->>",
          "~",
          "::BIGINT +",
          "IS DISTINCT FROM",
          "OVER () +",
          "COLLATE NOCASE =",
        ),
        tie("expression"),
      )
      .map((parts) => `(${parts.join(" ")})`),
    tie("expression").map((inner) => `(SELECT ${inner} FROM spans LIMIT 1)`),
    tie("expression").map((inner) => `list_transform([1, 2], lambda x: ${inner})`),
  ),
}));
const source = mainly(
  "spans",
  "logs",
  "spans JOIN logs USING (trace_id)",
  "range(5) t(name)",
  "'/etc/passwd'",
  "read_csv('/etc/passwd')",
  "read_text('/etc/hosts')",
  "duckdb_settings()",
  "glob('/*')",
  "information_schema.tables",
  "enterspan.main.spans",
  "(VALUES (1)) v(name)",
  "(FROM spans) AS s",
  "unnest([1, 2]) u(name)",
  "json_each('{}')",
  "spans TABLESAMPLE 10%",
  "spans AT (VERSION => 1)",
  "a",
);
const statement = fc
  .tuple(
    mainly(
      "",
      "WITH a AS (SELECT 1 AS name) ",
      "WITH RECURSIVE a(name) AS (SELECT 1 UNION SELECT name + 1 FROM a WHERE name < 9) ",
      "EXPLAIN ",
      "DESCRIBE ",
      "SUMMARIZE ",
      "COPY (",
      "CREATE TABLE x AS ",
      "PREPARE x AS ",
      "/* ",
      "-- \n",
      "SET threads = 1; ",
    ),
    expression,
    source,
    mainly(
      "",
      " WHERE name IS NOT NULL",
      " GROUP BY ALL",
      " ORDER BY ALL DESC",
      " LIMIT ?",
      " QUALIFY true",
      " UNION ALL SELECT 1",
      ") TO '/tmp/enterspan-odd'",
      "; SELECT 1",
      "; ATTACH '/tmp/x' AS y",
      " -- '",
      " /*",
      "\0",
      " USING SAMPLE 1",
      " FOR UPDATE",
    ),
  )
  .map(([before, what, from, after]) => `${before}SELECT ${what} FROM ${from}${after}`);
const given = fc.oneof(
  { weight: 3, arbitrary: fc.constant([]) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<unknown>(
      [1],
      ["a"],
      { x: 1 },
      { "": null },
      [null, true, 1e308],
      ["\0"],
      [[]],
      "x",
      null,
    ),
  },
);

test("odd statements", async () => {
  const dataDir = temporaryDirectory();
  const backend = await filled(dataDir);
  let answered = 0;
  await fc.assert(
    fc.asyncProperty(statement, given, mostly(fc.constantFrom(1, 1000)), async (sql, params, limit) => {
      const answer = await post(backend, "/api/sql", JSON.stringify({ sql, params, limit }));
      if ((await judged(answer, dataDir)) === 200) answered++;
    }),
    { numRuns: RUNS },
  );
  expect(answered).toBeGreaterThan(RUNS / 50);
  const after = await post(backend, "/api/sql", '{"sql": "SELECT count(*) FROM spans"}');
  expect(await after.json()).toMatchObject({ rows: [[3]] });
});
