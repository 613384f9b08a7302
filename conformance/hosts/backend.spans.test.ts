// The backend's answers as spans, and the answers that are refused.
import type { TraceResponse, WireLog, WireSpan } from "@enterspan/backend/contract";
import { expect, test } from "vitest";
import { INVOCATION } from "../tree.ts";
import { spansOf } from "./backend.spans.ts";

const string = (key: string, value: string) => ({ key, value: { stringValue: value } });

function span(spanId: string, parentSpanId: string, more: Partial<WireSpan> = {}): WireSpan {
  return {
    traceId: "t",
    spanId,
    parentSpanId,
    traceState: "",
    flags: 1,
    name: spanId,
    kind: 1,
    startTimeUnixNano: "1000",
    endTimeUnixNano: "2000",
    attributes: [],
    droppedAttributesCount: 0,
    events: [],
    droppedEventsCount: 0,
    links: [],
    droppedLinksCount: 0,
    status: { code: 0, message: "" },
    resource: 0,
    scope: 0,
    ...more,
  };
}

function log(spanId: string, more: Partial<WireLog>): WireLog {
  return {
    timeUnixNano: "1500",
    observedTimeUnixNano: "1500",
    severityNumber: 9,
    severityText: "INFO",
    body: {},
    attributes: [],
    droppedAttributesCount: 0,
    flags: 1,
    traceId: "t",
    spanId,
    eventName: "",
    resource: 0,
    scope: 0,
    ...more,
  };
}

const trace = (spans: WireSpan[], logs: WireLog[] = []): TraceResponse => ({
  traceId: "t",
  spans,
  logs,
  resources: [],
  scopes: [],
});

test("a root that the program has not named is the invocation", () => {
  const attributes = [string("faas.trigger", "http"), string("http.request.method", "GET")];
  expect(spansOf(trace([span("r", "", { name: "GET", attributes })]))[0]?.name).toBe(INVOCATION);
  expect(spansOf(trace([span("r", "", { name: "checkout", attributes })]))[0]?.name).toBe("checkout");
  expect(spansOf(trace([span("r", "", { name: "GET" })]))[0]?.name).toBe("GET");
});

test("values, status and exceptions", () => {
  const [one] = spansOf(
    trace([
      span("r", "", {
        attributes: [
          { key: "int", value: { intValue: "42" } },
          { key: "double", value: { doubleValue: "NaN" } },
          { key: "bool", value: { boolValue: false } },
          { key: "list", value: { arrayValue: { values: [{ stringValue: "x" }] } } },
        ],
        status: { code: 2, message: "m" },
        events: [
          {
            timeUnixNano: "1500",
            name: "exception",
            attributes: [string("exception.type", "TypeError"), string("exception.message", "t")],
            droppedAttributesCount: 0,
          },
        ],
      }),
    ]),
  );
  expect(one).toMatchObject({
    parentId: undefined,
    attributes: { int: 42, double: Number.NaN, bool: false, list: ["x"] },
    status: { code: "error", message: "m" },
    exceptions: [{ type: "TypeError", message: "t", stack: false }],
  });
});

test("logs go to their spans, errors shown as the runtime shows them", () => {
  const error = {
    kvlistValue: { values: [string("name", "Error"), string("message", "e"), string("stack", "at")] },
  };
  const body = {
    arrayValue: {
      values: [{ stringValue: "failed" }, error, { kvlistValue: { values: [string("a", "b")] } }],
    },
  };
  const attributes = [string("exception.type", "Error"), string("exception.message", "e")];
  const [, child] = spansOf(
    trace([span("r", ""), span("c", "r")], [log("c", { severityNumber: 17, body, attributes })]),
  );
  expect(child?.logs).toEqual([
    {
      level: "error",
      message: ["failed", "Error: e", { a: "b" }],
      exception: { type: "Error", message: "e" },
    },
  ]);
});

test("impossible answers are errors", () => {
  expect(() => spansOf(trace([span("r", "", { endTimeUnixNano: "999" })]))).toThrow("ends before it starts");
  expect(() => spansOf(trace([span("r", ""), span("c", "r", { startTimeUnixNano: "999" })]))).toThrow(
    "before its parent",
  );
  expect(() => spansOf(trace([span("r", "")], [log("nowhere", {})]))).toThrow("no span here");
});
