// What a search finds, on real rows; and that it finds what a filter built by hand finds.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { attributesOf, EPOCH, MILLI, newLog, newSpan, request } from "../../records.fixture.ts";
import { DuckDbStore } from "../../store/duckdb/duckdb-store.ts";
import { ALL_TIME, type ConditionGroup } from "../../store/filter.ts";
import type { Store } from "../../store/store.ts";
import { fieldOf } from "../fields.ts";
import { conditionsOf } from "../filters.ts";
import { searchConditions } from "./filter.ts";
import { printSearch } from "./print.ts";
import { type Search, SearchError } from "./syntax.ts";

let store: Store;
let directory: string;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "enterspan-search-"));
  store = await DuckDbStore.open(directory);
  const span = (
    name: string,
    attributes: Parameters<typeof attributesOf>[0],
    fields: Parameters<typeof newSpan>[0] = {},
  ) => newSpan({ name, attributes: attributesOf(attributes), ...fields });
  await store.write([
    request({
      service: "orders",
      spans: [
        span("auth", { "http.route": "/login", code: 200, ratio: 0.5, flag: true }, { kind: 2 }),
        span(
          "charge card",
          { code: 503, size: 10_485_760, wait_us: 1500, text: "1e3" },
          {
            endTimeUnixNano: EPOCH + 250n * MILLI,
            status: { code: 2, message: "Card (declined)" },
            kind: 3,
          },
        ),
        span(
          "auth.check",
          { status: "open", count: 1000, "http.route": "/orders/*", "http.response.status_code": 418 },
          { status: { code: 1, message: "" } },
        ),
      ],
      logs: [newLog({ severityText: "WARN", severityNumber: 13, body: { stringValue: "slow auth" } })],
    }),
    request({
      service: "mailer",
      spans: [span("durable_object_storage_getAlarm", { code: "200", size: "10MiB" })],
    }),
  ]);
});
afterAll(async () => {
  await store.close();
  rmSync(directory, { recursive: true, force: true });
});

async function found(conditions: ConditionGroup): Promise<string> {
  const events = await store.listEvents({ where: { ...ALL_TIME, conditions }, limit: 100 });
  const names = events.map((event) =>
    event.kind === "span" ? (SHORT[event.span.name] ?? event.span.name) : "log",
  );
  return names.sort().join(", ");
}

const SHORT: Record<string, string> = {
  "charge card": "charge",
  "auth.check": "check",
  durable_object_storage_getAlarm: "alarm",
};

describe("finds", () => {
  test.each<[string, string]>([
    ["", "alarm, auth, charge, check, log"],
    ["service:orders", "auth, charge, check, log"],
    ["service:(orders, mailer) type:span", "alarm, auth, charge, check"],
    ["name:auth", "auth"],
    ["name:auth*", "auth, check"],
    ["name:*check", "check"],
    ["name:*h*", "auth, charge, check"],
    ["name:a*c*k", "check"],
    ["name:A*", ""],
    ["name:durable_object_alarms_getAlarm", "alarm"],
    ["-name:durable_object_alarms_getAlarm type:span", "auth, charge, check"],
    ['name:"auth*"', ""],
    ["name~^auth", "auth, check"],
    ["name!~^auth type:span", "alarm, charge"],
    ["auth", "auth, check, log"],
    ["AUTH -type:log", "auth, check"],
    ['"card (d"', "charge"],
    ["-auth", "alarm, charge"],
    ["auth or card", "auth, charge, check, log"],
    ["(auth or card) -(status:error or type:log)", "auth, check"],
    ["duration>100ms", "charge"],
    ["duration>=250ms", "charge"],
    ["duration>0.25s", ""],
    ["duration:250ms", "charge"],
    ["duration:(1ms, 0.25s) service:orders", "auth, charge, check"],
    ["duration:100..300", "charge"],
    ["duration:..1000us", "alarm, auth, check"],
    ["duration!=1ms", "charge, log"],
    ["status:error", "charge"],
    ["status:OK", "check"],
    ["status:unset", "alarm, auth"],
    ['"status":open', "check"],
    ["kind:(server, client)", "auth, charge"],
    ["type:log level:WARN", "log"],
    ["level:error", "charge"],
    ["error exists", "charge"],
    ['"code":200', "alarm, auth"],
    ["code:200", ""],
    ["code:418", "check"],
    ["http.route:/login", "auth"],
    ["http.route:/orders/\\*", "check"],
    ["http.route exists", "auth, check"],
    ["-http.route exists", "alarm, charge, log"],
    ['"code":500..599', "charge"],
    ['"code"<400', "auth"],
    ["ratio:0.50", "auth"],
    ["flag:true", "auth"],
    ["count:1e3", "check"],
    ["text:1e3", "charge"],
    ["size:10MiB", "alarm, charge"],
    ["size>10MB", "charge"],
    ["wait_us:1.5ms", "charge"],
    ["wait_us>2ms", ""],
    ["start:2026-01-01", "alarm, auth, charge, check"],
    ["start<2026-01-01", ""],
    ["timestamp:2026-01-01T00:00Z..2026-01-01T01:00+01:00", "alarm, auth, charge, check, log"],
    ["nobody:x", ""],
    ["-nobody:x type:log", "log"],
    ["text<2", ""],
    ['text<"2"', "charge"],
  ])("%s", async (search, names) => {
    expect(await found(searchConditions(search))).toBe(names);
  });
});

test.each<[string, string]>([
  ["duration>fast", "search, character 10: duration is a number; expected a number such as 100ms or 1.5s"],
  ['duration:"1ms"', "search, character 10: duration is a number"],
  ["duration~1", "search, character 1: duration is a number"],
  ["duration:1*", "search, character 10: duration is a number"],
  ["start>today", "search, character 7: start is a number; expected a date such as 2026-01-31T12:00Z"],
  ["a status:(ok, eror)", 'search, character 15: status is never "eror"; expected error, ok or unset'],
])("refuses %s", (search, message) => {
  expect(() => searchConditions(search)).toThrow(SearchError);
  expect(() => searchConditions(search)).toThrow(message);
});

const range = { from: 0, to: 0 };
const leaf = fc
  .record({
    key: fc.constantFrom(
      "$metadata.spanName",
      "$metadata.service",
      "http.route",
      "code",
      "flag",
      "$metadata.duration",
    ),
    value: fc.constantFrom("auth", "orders", "/login", "200", "true", "503", "250"),
    operation: fc.constantFrom("eq", "starts_with", "ends_with", "includes", "exists", "gt", "lte"),
  })
  .filter(
    ({ key, operation, value }) =>
      key !== "$metadata.duration" || ((operation === "gt" || operation === "lte") && value === "250"),
  )
  .filter(({ operation, value }) => (operation !== "gt" && operation !== "lte") || /^\d+$/.test(value));

type Tree =
  | { leaf: typeof leaf extends fc.Arbitrary<infer T> ? T : never }
  | { all: Tree[] }
  | { any: Tree[] };

const tree = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3 },
    leaf.map((made): Tree => ({ leaf: made })),
    fc.array(tie("tree"), { minLength: 2, maxLength: 3 }).map((all): Tree => ({ all: all as Tree[] })),
    fc.array(tie("tree"), { minLength: 2, maxLength: 3 }).map((any): Tree => ({ any: any as Tree[] })),
  ),
})).tree;

/** As a program writes it for the telemetry API. */
function filterOf(made: Tree): object {
  if ("all" in made) return { kind: "group", filterCombination: "and", filters: made.all.map(filterOf) };
  if ("any" in made) return { kind: "group", filterCombination: "or", filters: made.any.map(filterOf) };
  const { key, operation, value } = made.leaf;
  return { key, operation, value, type: operation === "gt" || operation === "lte" ? "number" : "string" };
}

/** As a person writes it. */
function searchOf(made: Tree): Search {
  if ("all" in made) return { kind: "all", parts: made.all.map(searchOf) };
  if ("any" in made) return { kind: "any", parts: made.any.map(searchOf) };
  const { key, operation, value } = made.leaf;
  // In quotes `code` is the attribute, as it is for programs.
  const named = { kind: "field" as const, key, isQuoted: key === "code", range };
  const parts = { eq: [value], starts_with: [value, ""], ends_with: ["", value], includes: ["", value, ""] };
  if (operation === "exists") return { ...named, test: "exists" };
  if (operation === "gt" || operation === "lte")
    return {
      ...named,
      test: operation === "gt" ? ">" : "<=",
      value: { text: value, isQuoted: false, range },
    };
  return {
    ...named,
    test: "is",
    values: [{ parts: parts[operation as "eq"] as [string, ...string[]], isQuoted: false, range }],
  };
}

test("a search finds what the same filter in JSON finds, and its negation the rest", async () => {
  const everything = await found({ combine: "all", conditions: [] });
  await fc.assert(
    fc.asyncProperty(tree, async (made) => {
      const text = printSearch(searchOf(made));
      const names = await found(searchConditions(text));
      expect(names).toBe(await found(conditionsOf([filterOf(made)])));
      const rest = await found(searchConditions(`-(${text})`));
      expect([...names.split(", "), ...rest.split(", ")].filter(Boolean).sort().join(", ")).toBe(everything);
    }),
    { numRuns: 100 },
  );
});

test("a needle stands anywhere in a tree of conditions", async () => {
  const needle = { value: "auth", isRegex: false, matchCase: false };
  const service = {
    field: fieldOf("$metadata.service"),
    operation: "eq",
    type: "string",
    value: "mailer",
  } as const;
  const byHand = { combine: "any", conditions: [{ needle }, service] } as const;
  expect(await found(searchConditions("auth or service:mailer"))).toBe(await found(byHand));
});
