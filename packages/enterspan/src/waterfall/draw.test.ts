import type { TraceResponse, WireKeyValue, WireLog, WireSpan } from "@enterspan/backend/contract";
import fc from "fast-check";
import { expect, it } from "vitest";
import { waterfall } from "./draw.ts";
import { rowsOf } from "./tree.ts";

const START = 1_790_000_000_000_000_000n;

const text = (key: string, stringValue: string): WireKeyValue => ({ key, value: { stringValue } });

/** @param startMs after the trace's start */
function span(
  spanId: string,
  parentSpanId: string,
  startMs: number,
  ms: number,
  set: Partial<WireSpan> = {},
): WireSpan {
  const start = START + BigInt(startMs) * 1_000_000n;
  return {
    traceId: "t",
    spanId,
    parentSpanId,
    traceState: "",
    flags: 1,
    name: spanId,
    kind: 1,
    startTimeUnixNano: String(start),
    endTimeUnixNano: String(start + BigInt(ms) * 1_000_000n),
    attributes: [],
    droppedAttributesCount: 0,
    events: [],
    droppedEventsCount: 0,
    links: [],
    droppedLinksCount: 0,
    status: { code: 0, message: "" },
    resource: 0,
    scope: 0,
    ...set,
  };
}

function log(spanId: string, severityText: string, body: WireLog["body"]): WireLog {
  return {
    timeUnixNano: String(START),
    observedTimeUnixNano: String(START),
    severityNumber: 9,
    severityText,
    body,
    attributes: [],
    droppedAttributesCount: 0,
    flags: 1,
    traceId: "t",
    spanId,
    eventName: "",
    resource: 0,
    scope: 0,
  };
}

function trace(spans: WireSpan[], logs: WireLog[] = []): TraceResponse {
  const resources = ["shop", "mail"].map((name) => ({
    attributes: [text("service.name", name)],
    droppedAttributesCount: 0,
    schemaUrl: "",
  }));
  return { traceId: "t", spans, logs, resources, scopes: [] };
}

const drawn = (shown: TraceResponse, columns = 50, limit = 100): string[] =>
  waterfall(shown, { columns, colour: false, limit });

it("draws names as a tree, durations, and bars on one axis", () => {
  const request = [text("http.request.method", "GET"), text("url.path", "/orders/1")];
  const failed = { code: 2, message: "no\nroute" };
  const shown = trace(
    [
      span("root", "", 0, 40, { name: "GET", attributes: request }),
      span("auth", "root", 0, 10),
      span("quick", "root", 10, 0),
      span("call", "root", 20, 20),
      span("mail", "call", 30, 5, { resource: 1, status: failed }),
      span("after", "root", 40, 1),
    ],
    [
      log("auth", "INFO", {
        arrayValue: { values: [{ stringValue: "user" }, { kvlistValue: { values: [text("id", "7")] } }] },
      }),
      log("", "WARN", { stringValue: "of no span" }),
    ],
  );
  expect(drawn(shown, 47)).toEqual([
    "GET /orders/1 [shop]  40 ms  █████████████████▌",
    "  auth                10 ms  ████▍",
    '    · info user {"id":"7"}',
    "  quick               <1 ms      ▍",
    "  call                20 ms          █████████▌",
    "    ✗ mail [mail]      5 ms               ██▍",
    "      ! no route",
    "  after                1 ms                   █",
    "· warn of no span",
  ]);
});

it("counts what it does not show, and cuts what is too long", () => {
  const many = trace([
    span("root", "", 0, 40, { name: "a".repeat(100) }),
    ...["b", "c", "d"].map((id) => span(id, "root", 0, 1)),
  ]);
  const lines = drawn(many, 80, 2);
  expect(lines).toHaveLength(3);
  expect(lines[0]).toMatch(/^a{47}… +40 ms/);
  expect(lines[2]).toBe("… and 2 more spans");
});

it("tells spans that have not ended, and lets no name speak to the terminal", () => {
  const [line] = drawn(trace([span("\u001b[2J", "", 0, 0, { endTimeUnixNano: "0" })]));
  expect(line).toMatch(/^\ufffd\[2J \[shop\] {2}no end {2}▏$/);
});

it("has a place for every span of any tangle", () => {
  const ids = fc.constantFrom("a", "b", "c", "d", "e", "gone", "");
  fc.assert(
    fc.property(fc.array(fc.record({ id: ids, parent: ids, at: fc.nat(9) })), (drafts) => {
      const spans = drafts.map(({ id, parent, at }) => span(id || "f", parent, at, 1));
      const rows = rowsOf(trace(spans));
      expect(new Set(rows.map((row) => row.span))).toEqual(new Set(spans));
      expect(rows).toHaveLength(spans.length);
    }),
  );
});

it("draws a chain of 20,000 spans", () => {
  const chain = Array.from({ length: 20_000 }, (_, at) => span(`${at}`, at === 0 ? "" : `${at - 1}`, 0, 1));
  expect(rowsOf(trace(chain)).at(-1)?.depth).toBe(19_999);
});

it("keeps every digit of what was logged", () => {
  const values = [{ intValue: "7" }, { intValue: "9007199254740993" }];
  const lines = drawn(trace([span("a", "", 0, 1)], [log("a", "INFO", { arrayValue: { values } })]));
  expect(lines[1]).toBe('  · info 7 "9007199254740993"');
});
