import { expect, test } from "vitest";
import { attributesOf, EPOCH, newLog, newSpan, newTraceId } from "../records.fixture.ts";
import type { StoredTrace } from "../store/store.ts";
import type { TraceResponse } from "./contract.ts";
import { wireTrace } from "./wire-trace.ts";

const traceId = newTraceId();
const resource = {
  attributes: attributesOf({ "service.name": "shop" }),
  droppedAttributesCount: 0,
  schemaUrl: "",
};
const scope = { name: "s", version: "", attributes: [], droppedAttributesCount: 0, schemaUrl: "" };
const at = { resource: 0, scope: 0 };

const traceOf = (spans: number, logs: number): StoredTrace => ({
  spans: Array.from({ length: spans }, (_, index) => ({
    ...newSpan({ traceId, name: `span "${index}" ü` }),
    ...at,
  })),
  logs: Array.from({ length: logs }, (_, index) => ({
    ...newLog({ body: { intValue: BigInt(index) } }),
    ...at,
  })),
  resources: [resource],
  scopes: [scope],
});

test.each([
  [0, 0],
  [1, 1],
  [1_000, 999],
  [2_001, 1_000],
])("%i spans and %i logs are whole, in order, in pieces of bounded size", async (spans, logs) => {
  const pieces = await wireTrace(traceId, traceOf(spans, logs));
  expect(pieces).toHaveLength(3 + Math.ceil(spans / 1_000) + Math.ceil(logs / 1_000));
  const read: TraceResponse = JSON.parse(Buffer.concat(pieces).toString());
  expect(Object.keys(read)).toEqual(["traceId", "spans", "logs", "resources", "scopes"]);
  expect(read.spans.map(({ name }) => name)).toEqual(
    Array.from({ length: spans }, (_, at) => `span "${at}" ü`),
  );
  expect(read.logs.map(({ body }) => body)).toEqual(
    Array.from({ length: logs }, (_, at) => ({ intValue: String(at) })),
  );
  expect(read.spans[0]?.startTimeUnixNano).toBe(spans === 0 ? undefined : String(EPOCH));
});
