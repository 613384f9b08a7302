import { describe, expect, it } from "vitest";
import { groupAttributes } from "./attribute-groups.ts";
import { madeUpSpan } from "./made-up.fixture.ts";
import type { Span, Trace } from "./model.ts";
import { productOf } from "./product.ts";
import { traceFacts } from "./summary.ts";
import { nanos, unixNanos } from "./time.ts";
import { buildTree } from "./tree.ts";

const traceOf = (spans: readonly Span[]): Trace => ({
  traceId: "t",
  startUnixNano: unixNanos(0n),
  duration: nanos(0),
  spans,
  logs: [],
  logsBySpan: new Map(),
  clock: "nanosecond",
  source: () => {
    throw new Error("not asked for");
  },
});

describe("traceFacts", () => {
  it("prefers the root's name to the earliest span's, and counts what is wrong", () => {
    const spans = [
      madeUpSpan({ spanId: "1", parentSpanId: "gone", name: "early", status: "error", droppedEvents: 2 }),
      madeUpSpan({ spanId: "2", name: "GET /", service: "api" }),
      madeUpSpan({ spanId: "3", parentSpanId: "2", isUnfinished: true }),
    ];
    const facts = traceFacts(traceOf(spans), buildTree(spans));
    expect(facts).toMatchObject({
      name: "GET /",
      services: ["shop", "api"],
      errors: 1,
      orphans: 1,
      unfinished: 1,
      dropped: 2,
    });
    expect(facts.root?.spanId).toBe("2");
  });

  it("has a name for a trace of nothing but logs", () => {
    expect(traceFacts(traceOf([]), buildTree([])).name).toBe("Trace without spans");
  });
});

describe("productOf", () => {
  it.each([
    ["kv_getWithMetadata", "KV"],
    ["durable_object_storage_kv_get", "DO storage"],
    ["durable_object_alarms_setAlarm", "DO alarm"],
    ["durable_object_subrequest", "Durable Object"],
    ["fetch", "fetch"],
    ["fetch user", "Custom"],
    ["constructor", "Custom"],
    ["jsRpcSession", "RPC"],
  ])("%s is %s", (name, product) => {
    expect(productOf(name, false)).toBe(product);
  });
});

describe("groupAttributes", () => {
  it("groups by the first part of the key, and sorts", () => {
    const attributes = ["url.path", "plain", "http.route", "http.method"].map((key) => ({
      key,
      value: { type: "empty" } as const,
    }));
    const groups = groupAttributes(attributes).map((group) => group.attributes.map(({ key }) => key));
    expect(groups).toEqual([["plain"], ["http.method", "http.route"], ["url.path"]]);
  });
});
