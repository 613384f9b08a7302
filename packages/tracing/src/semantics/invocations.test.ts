// Invocations (semantics.md, "Invocations and root spans"): each has an id, which ties its spans to it, and numbers its
// records. The rest is tested in invocation.test.ts, in instrument/ and by the conformance cases.

import type { Span as WireSpan } from "@enterspan/otlp";
import { expect, test } from "vitest";
import { captureConsole } from "../logs.ts";
import { active, tracing } from "../process.ts";
import { plainValue, type Recording, record } from "../recorder.fixture.ts";

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
