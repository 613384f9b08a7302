// Whatever is asked, the index of attribute values changes no answer: not after a crash, a failed write or a deletion.

import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import type { AnyValue, Span } from "@enterspan/otlp";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { temporaryDirectory } from "../../backend.fixture.ts";
import { attributesOf, EPOCH, MILLI, newSpan, request } from "../../records.fixture.ts";
import {
  ALL_TIME,
  type Condition,
  type ConditionGroup,
  type EventFilter,
  type ValueType,
} from "../filter.ts";
import { where } from "../store-cases.fixture.ts";
import { DuckDbStore } from "./duckdb-store.ts";
import { failNext } from "./fail-next.fixture.ts";
import { KeyDictionary } from "./key-dictionary.ts";
import { DATABASE_FILE } from "./open.ts";
import { Params } from "./params.ts";
import { whereClause } from "./sql-filter.ts";

const SMALL = { rowsPerBlock: 3 };

async function opened(directory: string, options = SMALL): Promise<DuckDbStore> {
  const store = await DuckDbStore.open(directory, options);
  onTestFinished(() => store.close());
  return store;
}

const has = (key: string, value: string): EventFilter =>
  where({ field: { attributes: [key] }, operation: "eq", type: "string", value });

async function namesOf(store: DuckDbStore, filter: EventFilter): Promise<string[]> {
  const events = await store.listEvents({ where: filter, limit: 1000 });
  return events.flatMap((event) => (event.kind === "span" ? [event.span.name] : [])).sort();
}

/** Named by the value that they alone have. */
const spansOf = (first: number, count: number): Span[] =>
  Array.from({ length: count }, (_, at) => {
    const id = `u${first + at}`;
    return newSpan({
      name: id,
      startTimeUnixNano: EPOCH + BigInt(first + at) * MILLI,
      attributes: attributesOf({ id, fleet: "all" }),
    });
  });

async function expectFound(store: DuckDbStore, from: number, to: number): Promise<void> {
  for (let at = from; at < to; at++) expect(await namesOf(store, has("id", `u${at}`))).toEqual([`u${at}`]);
  expect(await namesOf(store, has("fleet", "all"))).toHaveLength(to - from);
  expect(await namesOf(store, has("id", "nobody"))).toEqual([]);
}

/** Of a closed data directory. */
async function inDatabase(directory: string, sql: string, params = new Params()): Promise<unknown[][]> {
  const instance = await DuckDBInstance.create(join(directory, DATABASE_FILE));
  const connection = await instance.connect();
  try {
    return (await connection.runAndReadAll(sql, params.values, params.types)).getRows();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

const KEYS = ["a", "b", "c", "service.name"];
const LONG = "long ".repeat(40);
const TEXTS = ["", "x", "shop", "5", "5.0", "0", "-0", "true", "ü", LONG, ..."pqrstuvw"];
const NUMBERS = [0, 5, 5.5, -7, 2 ** 53, ...Array.from({ length: 12 }, (_, at) => 100 + at)];

const anyValue: fc.Arbitrary<AnyValue> = fc.oneof(
  fc.constantFrom(...TEXTS).map((stringValue) => ({ stringValue })),
  fc.constantFrom(...NUMBERS, -0, 1e21).map((doubleValue) => ({ doubleValue })),
  fc.constantFrom(...NUMBERS.filter(Number.isInteger)).map((value) => ({ intValue: BigInt(value) })),
  fc.constant({ intValue: 2n ** 53n + 1n }),
  fc.boolean().map((boolValue) => ({ boolValue })),
  fc.constantFrom("x", "y").map((text) => ({ arrayValue: { values: [{ stringValue: text }] } })),
);
const attributes = fc.array(fc.record({ key: fc.constantFrom(...KEYS), value: anyValue }), { maxLength: 4 });
const batches = fc.array(fc.array(attributes, { maxLength: 12 }), { minLength: 4, maxLength: 8 });

const field = fc
  .uniqueArray(fc.constantFrom(...KEYS, "nobody"), { minLength: 1, maxLength: 2 })
  .map((names) => ({ attributes: names }));
const typed = fc.oneof(
  fc.record({
    type: fc.constant("string" as const),
    value: fc.constantFrom(...TEXTS, '[{"stringValue":"x"}]'),
  }),
  fc.record({ type: fc.constant("number" as const), value: fc.constantFrom(...NUMBERS, 2 ** 53 + 2) }),
  fc.record({ type: fc.constant("boolean" as const), value: fc.boolean() }),
);
const condition: fc.Arbitrary<Condition> = fc.oneof(
  fc
    .tuple(field, fc.constantFrom("eq", "eq", "eq", "neq", "gt", "lte"), typed)
    .map(([at, operation, value]) => ({ field: at, operation, ...value }) as Condition),
  fc
    .tuple(field, fc.constantFrom("in", "not_in"), fc.array(typed, { minLength: 1, maxLength: 3 }))
    .map(([at, operation, values]) => {
      const type = values[0]?.type;
      const same = values.filter((value) => value.type === type).map(({ value }) => value);
      return { field: at, operation, type, values: same } as Condition;
    }),
  fc.record({ field, operation: fc.constantFrom("exists" as const, "is_null" as const) }),
  fc.record({
    field,
    operation: fc.constantFrom("includes" as const, "not_includes" as const, "starts_with" as const),
    value: fc.constantFrom("x", "5", "long"),
  }),
);
const combine = fc.constantFrom("all", "all", "any", "none") as fc.Arbitrary<ConditionGroup["combine"]>;
const inner = fc.record({ combine, conditions: fc.array(condition, { maxLength: 3 }) });
const conditions = fc.record({
  combine,
  conditions: fc.array(fc.oneof({ weight: 3, arbitrary: condition }, inner), { minLength: 1, maxLength: 3 }),
});

async function answersOf(store: DuckDbStore, filter: EventFilter): Promise<unknown[]> {
  const traces = await store.listTraces({ where: filter, limit: 10 });
  return [
    await namesOf(store, filter),
    traces.map(({ traceId }) => traceId),
    await store.countEvents(filter, MILLI),
    (await store.listKeys(filter)).sort((a, b) => (a.key + a.type < b.key + b.type ? -1 : 1)),
    await store.aggregate({ where: filter, calculations: [{ operator: "count" }], groupBy: [], limit: 1 }),
  ];
}

test("any filter over any spans has the answers that it has without the index", async () => {
  const property = fc.asyncProperty(
    batches,
    fc.array(conditions, { minLength: 12, maxLength: 12 }),
    async (batched, groups) => {
      const withIndex = await DuckDbStore.open(temporaryDirectory(), { rowsPerBlock: 2 });
      // All spans are of the block under way.
      const without = await DuckDbStore.open(temporaryDirectory(), { rowsPerBlock: 1_000_000 });
      try {
        let at = 0;
        for (const batch of batched) {
          const spans = batch.map((own) => {
            const startTimeUnixNano = EPOCH + BigInt(at % 7) * MILLI;
            return newSpan({ name: `s${at++}`, startTimeUnixNano, attributes: own });
          });
          // The first is sent again.
          for (const sent of [spans, spans.slice(0, 1)]) {
            for (const store of [withIndex, without]) await store.write([request({ spans: sent })]);
          }
        }
        for (const group of groups) {
          const filter = { ...ALL_TIME, conditions: group };
          expect(await answersOf(withIndex, filter)).toEqual(await answersOf(without, filter));
        }
      } finally {
        await withIndex.close();
        await without.close();
      }
    },
  );
  await fc.assert(property, { numRuns: 4 });
});

test("a rare value is found by whatever equals it, of the span or of its resource", async () => {
  const store = await opened(temporaryDirectory());
  const values: Record<string, AnyValue> = {
    "minus zero": { doubleValue: -0 },
    zero: { intValue: 0n },
    five: { intValue: 5n },
    "five as a double": { doubleValue: 5 },
    "five as a text": { stringValue: "5.0" },
    "beyond 2^53": { intValue: 2n ** 53n + 1n },
    yes: { boolValue: true },
    list: { arrayValue: { values: [{ stringValue: "x" }] } },
    long: { stringValue: LONG },
  };
  // Each in a block of its own.
  const spans = Object.entries(values).flatMap(([name, value], at) => {
    return [newSpan({ name, attributes: [{ key: "n", value }] }), ...spansOf(3 * at, 3)];
  });
  const own = newSpan({ name: "own", attributes: attributesOf({ "service.name": "rare" }) });
  await store.write([request({ spans: [...spansOf(100, 90), ...spans, own, ...spansOf(200, 90)] })]);
  await store.write([request({ spans: [newSpan({ name: "inherited" })], service: "rare" })]);
  await store.write([request({ spans: spansOf(300, 6) })]);
  const found = async (condition: Condition) => (await namesOf(store, where(condition))).join(", ");
  const field = { attributes: ["n"] };
  const eq = (value: string | number | boolean) =>
    found({ field, operation: "eq", type: typeof value as ValueType, value });
  expect(await eq(0)).toBe("minus zero, zero");
  expect(await eq(5)).toBe("five, five as a double");
  expect(await eq("5")).toBe("five, five as a double");
  expect(await eq("5.0")).toBe("five as a text");
  expect(await eq(2 ** 53)).toBe("beyond 2^53");
  expect(await eq(true)).toBe("yes");
  expect(await eq('[{"stringValue":"x"}]')).toBe("list");
  expect(await eq(LONG)).toBe("long");
  expect(await found({ field, operation: "in", type: "number", values: [7, 0] })).toBe("minus zero, zero");
  expect(await found({ field, operation: "gt", type: "number", value: 5 })).toBe("beyond 2^53");
  expect(await found({ field, operation: "ends_with", value: ".0" })).toBe("five as a text");
  expect(await found({ field, operation: "exists" })).toBe(Object.keys(values).sort().join(", "));
  const service = { attributes: ["service.name"] };
  expect(await found({ field: service, operation: "eq", type: "string", value: "rare" })).toBe(
    "inherited, own",
  );
});

test("after a crash every value is found, in blocks that were full and in the one under way", async () => {
  const [directory, crashed] = [temporaryDirectory(), temporaryDirectory()];
  const store = await opened(directory);
  await store.write([request({ spans: spansOf(0, 20) })]);
  await store.write([request({ spans: spansOf(20, 15) })]);
  // As it is on disk while the store is open.
  mkdirSync(crashed, { recursive: true });
  for (const file of [DATABASE_FILE, `${DATABASE_FILE}.wal`])
    copyFileSync(join(directory, file), join(crashed, file));
  const again = await DuckDbStore.open(crashed, SMALL);
  await expectFound(again, 0, 35);
  await again.write([request({ spans: spansOf(35, 20) })]);
  await expectFound(again, 0, 55);
  await again.close();
  const unindexed = "SELECT count(*) FROM spans WHERE block NOT IN (SELECT block FROM attribute_blocks)";
  expect(await inDatabase(crashed, unindexed)).toEqual([[0n]]);
});

test("blocks without filters, whatever lost them, get theirs when the file is opened", async () => {
  const directory = temporaryDirectory();
  const store = await DuckDbStore.open(directory, SMALL);
  await store.write([request({ spans: spansOf(0, 40) })]);
  await store.close();
  await inDatabase(directory, "DELETE FROM attribute_blocks WHERE block IN (2, 5)");
  await expectFound(await opened(directory), 0, 40);
});

test("after a write that failed what was there and what comes then is found", async () => {
  const directory = temporaryDirectory();
  const store = await DuckDbStore.open(directory, SMALL);
  await store.write([request({ spans: spansOf(0, 20) })]);
  for (let round = 0; round < 2; round++) {
    failNext("COMMIT", "TransactionContext Error: Failed to commit: No space left on device");
    await expect(store.write([request({ spans: spansOf(20, 20) })])).rejects.toThrow("away");
    await expectFound(store, 0, 20);
  }
  await store.write([request({ spans: spansOf(20, 20) })]);
  await expectFound(store, 0, 40);
  await store.close();
  await expectFound(await opened(directory), 0, 40);
});

test("filters of blocks whose spans were deleted go with them", async () => {
  const directory = temporaryDirectory();
  const store = await DuckDbStore.open(directory, SMALL);
  await store.write([request({ spans: spansOf(0, 30) })]);
  await store.prune({ beforeUnixNano: EPOCH + 20n * MILLI });
  await expectFound(store, 20, 30);
  await store.write([request({ spans: spansOf(30, 10) })]);
  await expectFound(store, 20, 40);
  await store.close();
  const blocks = "SELECT min(block), count(DISTINCT block) FROM attribute_blocks";
  expect(await inDatabase(directory, blocks)).toEqual([[7, 8n]]);
  const again = await DuckDbStore.open(directory, SMALL);
  await again.prune({ beforeUnixNano: EPOCH + 1_000n * MILLI });
  await again.write([request({ spans: spansOf(0, 10) })]);
  await expectFound(again, 0, 10);
  await again.close();
  expect(await inDatabase(directory, "SELECT count(DISTINCT block) FROM attribute_blocks")).toEqual([[4n]]);
});

test("blocks of very many values, and of very many keys, are indexed whole", async () => {
  const directory = temporaryDirectory();
  const store = await DuckDbStore.open(directory, { rowsPerBlock: 1_500 });
  const spans = spansOf(0, 12_000).map((span, at) => ({
    ...span,
    attributes: [...span.attributes, ...attributesOf({ [`key.${at}`]: at, [`other.${at}`]: at })],
  }));
  await store.write([request({ spans })]);
  for (const at of [0, 1_499, 1_500, 7_777, 11_999]) {
    for (const [key, value] of [
      ["id", `u${at}`],
      [`key.${at}`, `${at}`],
    ] as const) {
      expect(await namesOf(store, has(key, value))).toEqual([`u${at}`]);
    }
  }
  await store.close();
  const rows = "SELECT count(DISTINCT block), count(DISTINCT key_id), max(parts) FROM attribute_blocks";
  expect(await inDatabase(directory, rows)).toEqual([[8n, 24_003n, 32]]);
});

test("DuckDB looks at a row's block before it reads anything else of it", async () => {
  const directory = temporaryDirectory();
  const store = await DuckDbStore.open(directory, SMALL);
  await store.write([request({ spans: spansOf(0, 40) })]);
  await store.close();
  const keys = new KeyDictionary();
  keys.add({ id: 1, place: "span", type: "s", key: "id" });
  const filter = { ...has("id", "u7"), blocks: { last: 13, blocks: [2, 3] } };
  const { from, where: condition, params } = whereClause(filter, "spans", keys);
  const sql = `EXPLAIN (FORMAT JSON) SELECT e.name FROM ${from} WHERE ${condition}`;
  const [[, plan]] = (await inDatabase(directory, sql, params)) as [[string, string]];
  const scan = /"SEQ_SCAN.*/s.exec(plan)?.[0];
  expect(scan).toContain("list_contains([2, 3], block)");
  expect(plan.match(/list_contains/g)).toHaveLength(1);
});
