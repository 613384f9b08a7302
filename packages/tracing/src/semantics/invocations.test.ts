// Invocations (semantics.md, "Invocations and root spans"): each has an id, which ties its spans to it, and numbers its
// records. The rest is tested in invocation.test.ts, in instrument/ and by the conformance cases.

import type { Span as WireSpan } from "@enterspan/otlp";
import { describe, expect, test } from "vitest";
import type { TracingConfig } from "../config.ts";
import type { Host } from "../host.ts";
import type { Invocation } from "../invocation.ts";
import { MAX_HELD_BYTES } from "../limits.ts";
import { captureConsole, recordLog } from "../logs.ts";
import { active, tracing } from "../process.ts";
import { plainValue, type Recording, record, testRuntime } from "../recorder.fixture.ts";
import type { Span } from "../span.ts";
import { INTERNAL, SERVER } from "../span-record.ts";

const attributeOf = (attributes: WireSpan["attributes"], name: string) => {
  const found = attributes.find(({ key }) => key === name);
  return found && plainValue(found.value);
};

function invocationIds({ spans }: Recording<unknown>): unknown[] {
  return spans.map(({ attributes }) => attributeOf(attributes, "faas.invocation_id"));
}

test("every span carries its invocation's id, and no other invocation's", async () => {
  const program = () => tracing.enterSpan("a", () => tracing.enterSpan("b", () => {}));
  const [one, other] = await Promise.all([record(program), record(program)]);
  const [ids, others] = [invocationIds(one), invocationIds(other)];
  const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  expect(ids).toEqual(Array(3).fill(expect.stringMatching(uuid)));
  expect(new Set(ids).size).toBe(1);
  expect(others[0]).not.toEqual(ids[0]);
});

test("logs carry the id of their invocation's spans", async () => {
  const console = { ...globalThis.console, log: (..._: unknown[]) => {} };
  captureConsole(console, active);
  const recording = await record(() => console.log("printed"));
  const ids = recording.logs.map(({ attributes }) => attributeOf(attributes, "faas.invocation_id"));
  expect(ids).toEqual(invocationIds(recording));
});

test("spans and logs are numbered in the order in which they were opened and printed", async () => {
  const console = { ...globalThis.console, log: (..._: unknown[]) => {} };
  captureConsole(console, active);
  const recording = await record(() => {
    console.log("first");
    tracing.enterSpan("a", () => {
      console.log("in a");
      console.log("in a again");
      tracing.enterSpan("b", () => {});
    });
    console.log("last");
  });
  const numberOf = (attributes: WireSpan["attributes"]) =>
    attributeOf(attributes, "cloudflare.invocation.sequence.number");
  const numbered = [
    ...recording.spans.map(({ name, attributes }) => [numberOf(attributes), name]),
    ...recording.logs.map(({ body, attributes }) => [numberOf(attributes), body && plainValue(body)]),
  ];
  expect(numbered.sort()).toEqual([
    [0, "root"],
    [1, "first"],
    [2, "a"],
    [3, "in a"],
    [4, "in a again"],
    [5, "b"],
    [6, "last"],
  ]);
});

test("the root span says how long the invocation took, and whether it was the isolate's first", async () => {
  const [{ spans }, again] = [
    await record(() => new Promise((resolve) => setTimeout(resolve, 5))),
    await record(() => {}),
  ];
  const [{ startTimeUnixNano, endTimeUnixNano, attributes }] = spans as [WireSpan];
  const ms = Number(endTimeUnixNano - startTimeUnixNano) / 1e6;
  expect(attributeOf(attributes, "cloudflare.wall_time_ms")).toBeCloseTo(ms, 3);
  expect(attributeOf(again.spans[0]?.attributes ?? [], "faas.cold_start")).toBe(false);
});

test("what is printed once the invocation is over is not kept", () => {
  const { runtime } = testRuntime();
  const invocation = runtime.begin({ name: "root", kind: SERVER });
  recordLog(invocation.root, "info", ["in time"]);
  invocation.end("ok");
  recordLog(invocation.root, "info", ["too late"]);
  expect(invocation.logs.map(({ body }) => body)).toEqual([{ stringValue: "in time" }]);
});

/** That of an object's constructor, which becomes that of the object's first event. */
describe("an invocation that has begun before its event", () => {
  function begin(config: Partial<TracingConfig>, host?: Partial<Host>) {
    const { runtime } = testRuntime(config, host);
    const invocation = runtime.begin({ name: "early", kind: SERVER, isEarly: true });
    const span = invocation.open(0, "early too", INTERNAL) as Span;
    recordLog(span, "info", ["printed"]);
    return { runtime, invocation, span, resume: () => runtime.resume(invocation, EVENT) };
  }
  const EVENT = { name: "event", kind: SERVER };
  const namesOf = ({ spans }: Invocation) => [...spans.records()].map(({ name }) => name);

  test("goes on with what it has recorded, under the event's name, with its ids and times", () => {
    let wall = 1_800_000_000_000;
    const { invocation, span, resume } = begin({}, { timeOrigin: wall, wallNow: () => wall });
    const facts = () => [span.spanContext(), invocation.unixNano(invocation.spans.startOf(1))];
    const before = facts();
    wall += 3_600_000;
    resume();
    expect(facts()).toEqual(before);
    expect(namesOf(invocation)).toEqual(["event", "early too"]);
    expect(invocation.logs).toHaveLength(1);
  });

  test("drops its spans where the event is not sampled, and holds nothing any more", () => {
    const { runtime, invocation, span, resume } = begin({ traces: { enabled: true, headSamplingRate: 0 } });
    invocation.spans.hold(MAX_HELD_BYTES);
    expect(invocation.isFull).toBe(true);
    resume();
    expect(namesOf(invocation)).toEqual([]);
    expect([span.isTraced, runtime.begin(EVENT).isFull]).toEqual([false, false]);
    expect(invocation.logs).toHaveLength(1);
  });

  test("drops its logs where those of the event are not kept", () => {
    const { invocation, resume } = begin({ logs: { enabled: true, headSamplingRate: 0 } });
    expect(invocation.logs).toHaveLength(1);
    resume();
    expect(invocation.logs).toEqual([]);
    expect(namesOf(invocation)).toEqual(["event", "early too"]);
  });
});
