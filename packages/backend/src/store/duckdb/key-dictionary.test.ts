// Senders that make ever new keys: all of their attributes are kept, in a dictionary that does not grow beyond its bound.

import type { AnyValue, KeyValue } from "@enterspan/otlp";
import { expect, onTestFinished, test } from "vitest";
import { temporaryDirectory } from "../../backend.fixture.ts";
import { attributesOf, newLog, newSpan, request } from "../../records.fixture.ts";
import type { Store } from "../store.ts";
import { traceIn } from "../store-cases.fixture.ts";
import { DuckDbStore } from "./duckdb-store.ts";

const MAX_KEYS = 6;

/** One key each, of every type. */
const VALUES: AnyValue[] = [
  { stringValue: "long enough to have an address" },
  { stringValue: "" },
  { boolValue: false },
  { intValue: -(2n ** 63n) },
  { doubleValue: -0 },
  { doubleValue: Number.NaN },
  { bytesValue: Uint8Array.of(0, 255) },
  { arrayValue: { values: [{ intValue: 1n }, {}] } },
  { kvlistValue: { values: [{ key: "k", value: { boolValue: true } }] } },
  {},
];

const attributesNamed = (prefix: string): KeyValue[] =>
  VALUES.map((value, index) => ({ key: `${prefix}.${index}`, value }));

async function opened(directory: string): Promise<Store> {
  const store = await DuckDbStore.open(directory, { maxKeys: MAX_KEYS });
  onTestFinished(() => store.close());
  return store;
}

async function keysOf(store: Store): Promise<number> {
  const { rows } = await store.sql({
    sql: "SELECT count(DISTINCT k) FROM (SELECT unnest(attribute_keys) AS k FROM spans)",
    params: [],
    limit: 1,
  });
  return Number(rows[0]?.[0]);
}

test("attributes beyond the bound come back as they were, the dictionary ends at it", async () => {
  const directory = temporaryDirectory();
  const span = newSpan({ attributes: [...attributesNamed("a"), ...attributesNamed("b")] });
  const log = newLog({ traceId: span.traceId, attributes: attributesNamed("log") });
  let store = await opened(directory);
  await store.write([request({ spans: [span], logs: [log] })]);
  const later = newSpan({
    traceId: span.traceId,
    attributes: [...attributesNamed("c"), ...attributesNamed("a")],
  });
  await store.write([request({ spans: [later] })]);
  expect(await keysOf(store)).toBeLessThanOrEqual(MAX_KEYS + 1);
  await store.close();
  store = await opened(directory);
  const trace = await traceIn(store, span.traceId);
  const found = new Map(trace?.spans.map(({ spanId, attributes }) => [spanId, attributes]));
  expect(found.get(span.spanId)).toEqual(span.attributes);
  expect(found.get(later.spanId)).toEqual(later.attributes);
  expect(trace?.logs[0]?.attributes).toEqual(log.attributes);
});

test("keys that have their place go on to be found by it, and values beyond it by their text", async () => {
  const store = await opened(temporaryDirectory());
  await store.write([request({ spans: [newSpan({ attributes: attributesOf({ known: "yes" }) })] })]);
  await store.write([request({ spans: [newSpan({ attributes: attributesNamed("a") })] })]);
  const span = newSpan({ attributes: attributesOf({ known: "again", unknown: "needle in a haystack" }) });
  await store.write([request({ spans: [span] })]);
  const { rows } = await store.sql({
    sql: "SELECT count(*) FROM spans WHERE attributes['known'] IN ('yes', 'again')",
    params: [],
    limit: 1,
  });
  expect(rows).toEqual([[2]]);
  const where = {
    fromUnixNano: 0n,
    toUnixNano: 2n ** 62n,
    conditions: { combine: "all" as const, conditions: [] },
  };
  const needle = { value: "needle in", isRegex: false, matchCase: true };
  const events = await store.listEvents({ where: { ...where, needle }, limit: 10 });
  expect(events.map((event) => event.kind === "span" && event.span.spanId)).toEqual([span.spanId]);
});

test("a sender's own attribute of the name for all others stays what it is", async () => {
  const store = await opened(temporaryDirectory());
  const values = [{ key: "x", value: { intValue: 1n } }];
  const attributes = [
    { key: "enterspan.other_keys", value: { kvlistValue: { values } } },
    { key: "enterspan.other_keys", value: { stringValue: "text" } },
  ];
  const span = newSpan({ attributes });
  await store.write([request({ spans: [span] })]);
  expect((await traceIn(store, span.traceId))?.spans[0]?.attributes).toEqual(attributes);
});
