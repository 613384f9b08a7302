// Tail events, as workerd was seen to send them, folded into spans.
import { expect, test } from "vitest";
import { INVOCATION } from "../tree.ts";
import { parseEvents, spansOf, type TailEvent } from "./oracle.events.ts";

const traceId = "3dc94812e0c5f45dc2b2cf38061207d2";

function event(spanId: string | undefined, event: TailEvent["event"]): TailEvent {
  return { spanContext: { traceId, ...(spanId !== undefined && { spanId }) }, invocationId: "i", event };
}

const onset = event(undefined, {
  type: "onset",
  spanId: "r",
  info: {
    type: "fetch",
    method: "GET",
    url: "http://host/path?q",
    headers: [
      { name: "accept", value: "*/*" },
      { name: "user-agent", value: "agent" },
      { name: "x-other", value: "ignored" },
    ],
  },
});

test("an invocation: root attributes, child, its attributes, return and outcome", () => {
  const spans = spansOf([
    onset,
    event("r", { type: "spanOpen", spanId: "c", name: "kv_get" }),
    event("c", { type: "attributes", info: [{ name: "size", value: 5 }] }),
    event("c", { type: "spanClose" }),
    event("r", { type: "return", info: { type: "fetch", statusCode: 200 } }),
    event("r", { type: "outcome", outcome: "ok" }),
  ]);
  expect(spans).toMatchObject([
    {
      id: "r",
      parentId: undefined,
      name: INVOCATION,
      attributes: {
        "faas.trigger": "http",
        "http.request.method": "GET",
        "url.full": "http://host/path?q",
        "url.path": "/path",
        "http.request.header.accept": "*/*",
        "user_agent.original": "agent",
        "http.response.status_code": 200,
        "cloudflare.outcome": "ok",
      },
    },
    { id: "c", parentId: "r", name: "kv_get", attributes: { size: 5 } },
  ]);
  expect(Object.keys(spans[0]?.attributes ?? {})).not.toContain("x-other");
});

test("updates: the last name and status hold, exceptions and logs are in order", () => {
  const [root] = spansOf([
    onset,
    event("r", { type: "spanUpdate", info: { type: "name", name: "renamed" } }),
    event("r", { type: "spanUpdate", info: { type: "status", status: { code: "error", message: "m" } } }),
    event("r", { type: "spanUpdate", info: { type: "status", status: { code: "error", message: "" } } }),
    event("r", { type: "exception", name: "TypeError", message: "t", stack: "TypeError: t" }),
    event("r", { type: "exception", message: "only m", code: 42 }),
    event("r", { type: "log", level: "log", message: ["one"] }),
    event("r", {
      type: "log",
      level: "error",
      message: ["two", "Error: e"],
      errorInfo: [null, { name: "Error", message: "e" }],
    }),
  ]);
  expect(root).toMatchObject({
    name: "renamed",
    status: { code: "error" },
    exceptions: [
      { type: "TypeError", message: "t", stack: true },
      { type: "42", message: "only m", stack: false },
    ],
    logs: [
      { level: "info", message: "one" },
      { level: "error", message: ["two", "Error: e"], exception: { type: "Error", message: "e" } },
    ],
  });
  expect(root?.status).not.toHaveProperty("message");
});

test("what JSON cannot say comes back", () => {
  const json =
    '[{"a":{"$bigint":"200"},"b":{"$number":"NaN"},"c":{"$number":"-0"},"d":{"$undefined":""},"e":null}]';
  expect(parseEvents(json)).toEqual([{ a: 200, b: Number.NaN, c: -0, e: null }]);
});

test("an event of a span that never opened is an error", () => {
  expect(() => spansOf([onset, event("nowhere", { type: "spanClose" })])).toThrow("never opened");
});
