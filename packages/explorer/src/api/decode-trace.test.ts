import type { TraceResponse, WireLog, WireSpan, WireValue } from "@enterspan/backend/contract";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TraceDecoder } from "./decode-trace.ts";
import { decodeValue, MAX_VALUE_DEPTH } from "./decode-value.ts";

const wireSpan = (set: Partial<WireSpan>): WireSpan => ({
  traceId: "t",
  spanId: "1",
  parentSpanId: "",
  traceState: "",
  flags: 0,
  name: "span",
  kind: 1,
  startTimeUnixNano: "0",
  endTimeUnixNano: "0",
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
});
const wireLog = (set: Partial<WireLog>): WireLog => ({
  timeUnixNano: "0",
  observedTimeUnixNano: "0",
  severityNumber: 9,
  severityText: "",
  body: {},
  attributes: [],
  droppedAttributesCount: 0,
  flags: 0,
  traceId: "t",
  spanId: "",
  eventName: "",
  resource: 0,
  scope: 0,
  ...set,
});
const answer = (spans: WireSpan[], logs: WireLog[] = []): TraceResponse => ({
  traceId: "t",
  spans,
  logs,
  resources: [
    {
      attributes: [{ key: "service.name", value: { stringValue: "shop" } }],
      droppedAttributesCount: 0,
      schemaUrl: "",
    },
  ],
  scopes: [],
});

const bytesOf = (json: unknown) => new TextEncoder().encode(JSON.stringify(json));
const decodeBytes = (bytes: Uint8Array, nowMs: number, smallBytes: number) => {
  const decoder = new TraceDecoder(bytes.length, smallBytes);
  decoder.push(bytes);
  return decoder.end(nowMs);
};
const decodeTrace = (wire: TraceResponse, nowMs = 0, smallBytes = PARSED) =>
  decodeBytes(bytesOf(wire), nowMs, smallBytes);

const DAYS_104 = 2n ** 53n;
/** What makes an answer be parsed as a whole, and what makes it be walked over. */
const PARSED = Number.POSITIVE_INFINITY;
const WALKED = 0;

describe.each([
  ["parsed as a whole", PARSED],
  ["walked over", WALKED],
])("an answer that is %s", (_, smallBytes) => {
  const decodeTrace = (wire: TraceResponse, nowMs = 0) => decodeBytes(bytesOf(wire), nowMs, smallBytes);

  it("keeps every time exact, whatever the epoch", () => {
    const times = fc.record({
      start: fc.bigInt({ min: 1n, max: 2n ** 64n - 2n * DAYS_104 }),
      offset: fc.bigInt({ min: 0n, max: DAYS_104 }),
      length: fc.bigInt({ min: 0n, max: DAYS_104 }),
    });
    fc.assert(
      fc.property(times, ({ start, offset, length }) => {
        const child = wireSpan({
          spanId: "2",
          startTimeUnixNano: String(start + offset),
          endTimeUnixNano: String(start + offset + length),
        });
        const trace = decodeTrace(answer([wireSpan({ startTimeUnixNano: String(start) }), child]));
        const decoded = trace.spans.find((span) => span.spanId === "2");
        expect(trace.startUnixNano).toBe(start);
        expect(BigInt(decoded?.start as number)).toBe(offset);
        expect(BigInt(decoded?.duration as number)).toBe(length);
        expect(decoded?.endUnixNano).toBe(start + offset + length);
      }),
    );
  });

  it("orders spans and logs by time and keeps arrival within one time", () => {
    const trace = decodeTrace(
      answer(
        ["30", "10", "20", "10"].map((time, index) =>
          wireSpan({ spanId: String(index), startTimeUnixNano: time, endTimeUnixNano: time }),
        ),
        ["15", "5", "15"].map((time, index) =>
          wireLog({ timeUnixNano: time, body: { stringValue: String(index) } }),
        ),
      ),
    );
    expect(trace.spans.map((span) => span.spanId)).toEqual(["1", "3", "2", "0"]);
    expect(trace.logs.map((log) => log.key)).toEqual([1, 0, 2]);
    expect(trace.logs[0]?.time).toBe(-5);
  });

  it("gives each span a key of its own", () => {
    const trace = decodeTrace(
      answer([wireSpan({ spanId: "a" }), wireSpan({ spanId: "a" }), wireSpan({ spanId: "a" })]),
    );
    expect(trace.spans.map((span) => span.key)).toEqual(["a", "a~2", "a~3"]);
  });

  it("draws an unset start where the trace begins, and marks an end that is missing or before the start", () => {
    const trace = decodeTrace(
      answer([
        wireSpan({ spanId: "unset", startTimeUnixNano: "0", endTimeUnixNano: "90" }),
        wireSpan({ spanId: "open", startTimeUnixNano: "50", endTimeUnixNano: "0" }),
        wireSpan({ spanId: "good", startTimeUnixNano: "50", endTimeUnixNano: "70" }),
      ]),
    );
    const facts = trace.spans.map(({ spanId, start, duration, isEndMissing }) => [
      spanId,
      start,
      duration,
      isEndMissing,
    ]);
    expect(facts).toEqual([
      ["unset", 0, 0, true],
      ["open", 0, 0, true],
      ["good", 0, 20, false],
    ]);
    expect(trace.duration).toBe(20);
  });

  it("takes a log's observed time where it has no other, and begins at the logs where there are no spans", () => {
    const trace = decodeTrace(
      answer(
        [],
        [wireLog({ timeUnixNano: "0", observedTimeUnixNano: "700" }), wireLog({ timeUnixNano: "900" })],
      ),
    );
    expect([trace.startUnixNano, trace.logs.map((log) => log.time)]).toEqual([700n, [0, 200]]);
  });

  it("reads what rows need", () => {
    const [span] = decodeTrace(
      answer([
        wireSpan({
          name: "kv_get",
          status: { code: 2, message: "gone" },
          attributes: [
            { key: "enterspan.unfinished", value: { boolValue: true } },
            { key: "text", value: { stringValue: "two\nlines" } },
          ],
          events: [
            { timeUnixNano: "9", name: "late", attributes: [], droppedAttributesCount: 0 },
            { timeUnixNano: "4", name: "early", attributes: [], droppedAttributesCount: 0 },
          ],
        }),
      ]),
    ).spans;
    expect(span).toMatchObject({
      status: "error",
      statusMessage: "gone",
      isUnfinished: true,
      product: "KV",
      service: "shop",
    });
    expect(span?.events.map((event) => event.name)).toEqual(["early", "late"]);
    const texts: string[] = [];
    span?.anyAttribute((key, text) => texts.push(`${key}=${text}`) < 0);
    expect(texts).toEqual(["enterspan.unfinished=true", "text=two\nlines"]);
  });

  it("names a service even where the resource is missing", () => {
    expect(decodeTrace(answer([wireSpan({ resource: 7, scope: 9 })])).spans[0]?.service).toBe(
      "unknown_service",
    );
  });
});

describe("decodeValue", () => {
  it("keeps OTLP's distinctions", () => {
    expect(decodeValue({ intValue: "9007199254740993" })).toEqual({
      type: "int",
      value: 9_007_199_254_740_993n,
    });
    expect(decodeValue({ doubleValue: "NaN" })).toEqual({ type: "double", value: Number.NaN });
    expect(decodeValue({})).toEqual({ type: "empty" });
  });

  it("ends in a value of any depth", () => {
    let wire: WireValue = { stringValue: "core" };
    for (let depth = 0; depth < 50_000; depth++) wire = { arrayValue: { values: [wire] } };
    let value = decodeValue(wire);
    let depth = 0;
    while (value.type === "array") {
      value = value.values[0] ?? { type: "empty" };
      depth++;
    }
    expect([depth, value.type]).toEqual([MAX_VALUE_DEPTH + 1, "too-deep"]);
  });
});

it("has what goes on end when it was read, and what was given up where it began", () => {
  const startMs = 1_790_000_000_000;
  const open = wireSpan({ startTimeUnixNano: `${startMs}000000` });
  const lasts = (laterMs: number) => decodeTrace(answer([open]), startMs + laterMs).duration;
  expect([lasts(2_500), lasts(3_600_000)]).toEqual([2_500_000_000, 0]);
});

describe("an answer that comes in pieces", () => {
  // Longer than what is looked at at once, with texts that a piece may end in.
  const wire = answer(
    Array.from({ length: 400 }, (_, index) =>
      wireSpan({
        spanId: `s${index}`,
        name: `span "${index}" ü€😀`,
        startTimeUnixNano: String(1_000_000_000n + BigInt(index)),
        endTimeUnixNano: String(1_000_000_500n + BigInt(index)),
        attributes: [{ key: "text", value: { stringValue: `${"x".repeat(1_000)}\\"` } }],
      }),
    ),
    Array.from({ length: 150 }, (_, index) =>
      wireLog({ timeUnixNano: String(1_000_000_000 + index), body: { stringValue: "y".repeat(2_000) } }),
    ),
  );
  const bytes = bytesOf(wire);
  const shape = (trace: ReturnType<typeof decodeTrace>) => ({
    ...trace,
    spans: trace.spans.map(({ key, title, kind, product, start, duration, attributes, source }) => ({
      key,
      title,
      kind,
      product,
      start,
      duration,
      attributes,
      source,
    })),
    logs: trace.logs.map(({ time, body }) => [time, body]),
    logsBySpan: trace.logsBySpan.size,
    source: trace.source(),
  });
  const whole = shape(decodeBytes(bytes, 0, PARSED));

  it("is read the same wherever the pieces end, and however long it was said to be", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: bytes.length }), { maxLength: 12 }),
        fc.constantFrom(0, 1_000, bytes.length),
        fc.constantFrom(WALKED, bytes.length >> 1, PARSED),
        (cuts, size, smallBytes) => {
          const decoder = new TraceDecoder(size, smallBytes);
          const ends = [...cuts, bytes.length].sort((a, b) => a - b);
          for (const [index, end] of ends.entries()) decoder.push(bytes.subarray(ends[index - 1] ?? 0, end));
          expect(shape(decoder.end(0))).toEqual(whole);
        },
      ),
      { numRuns: 25 },
    );
  });

  it("is refused where its end does not come, and at once where it is no JSON", () => {
    for (const smallBytes of [WALKED, PARSED]) {
      const decoder = new TraceDecoder(bytes.length, smallBytes);
      decoder.push(bytes.subarray(0, bytes.length - 1));
      expect(() => decoder.end()).toThrow(SyntaxError);
    }
    const broken = new TraceDecoder(0, WALKED);
    expect(() => broken.push(new TextEncoder().encode("<html>".repeat(100_000)))).toThrow(SyntaxError);
  });
});
