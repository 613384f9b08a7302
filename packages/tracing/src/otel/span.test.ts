// What a span keeps of what a library tells it, through OpenTelemetry's methods.
import { createTraceState, type Span, SpanStatusCode, trace } from "@opentelemetry/api";
import { beforeAll, describe, expect, it } from "vitest";
import { MAX_EVENTS, MAX_LINKS } from "../limits.ts";
import { tracing } from "../process.ts";
import { record } from "../recorder.fixture.ts";
import { recorded } from "./otel.fixture.ts";
import { registerOpenTelemetry } from "./register.ts";

beforeAll(registerOpenTelemetry);

const tracer = trace.getTracer("library");

const CONTEXT = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331", traceFlags: 1 };

/** The one span that `annotate` has been given; it is ended afterwards. */
async function annotated(annotate: (span: Span) => unknown, options = {}) {
  const { root } = await recorded(() =>
    tracer.startActiveSpan("s", options, (span) => {
      annotate(span);
      span.end();
    }),
  );
  const span = root?.children[0];
  if (span === undefined) throw new Error("the span was not sent");
  return span;
}

describe("attributes", () => {
  it("are text, numbers, booleans and arrays of them, and the last value of a key", async () => {
    const { attributes } = await annotated((span) => {
      const array = ["a", "b"];
      span.setAttribute("array", array).setAttribute("a", 1).setAttribute("a", "last");
      array.push("later");
      span.setAttributes({
        b: true,
        "not a number": Number.NaN,
        numbers: [1, 2.5],
        none: [],
        mixed: ["a", 1],
      });
    });
    expect(attributes).toEqual({
      array: ["a", "b"],
      a: "last",
      b: true,
      "not a number": Number.NaN,
      numbers: [1, 2.5],
      none: [],
      mixed: ["a", 1],
    });
  });

  it("have an empty value of its type for each missing one of an array", async () => {
    const { attributes } = await annotated((span) =>
      span.setAttributes({ a: ["x", null, undefined], b: [null, 1], c: [true, null], d: [null] }),
    );
    expect(attributes).toEqual({ a: ["x", "", ""], b: [0, 1], c: [true, false], d: [""] });
  });

  it("are text where the core has no type for what the specification allows", async () => {
    const { attributes } = await annotated((span) =>
      span.setAttributes({
        map: { a: [1, null] },
        nested: [[1], { b: 2 }],
        bytes: new Uint8Array([0, 255, 1]),
        big: 2n ** 62n,
      }),
    );
    expect(attributes).toEqual({
      map: '{"a":[1,null]}',
      nested: '[[1],{"b":2}]',
      bytes: "AP8B",
      big: 2 ** 62,
    });
  });

  it("are not what the specification does not allow", async () => {
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;
    const { attributes } = await annotated((span) => {
      span.setAttributes({
        a: null,
        b: undefined,
        c: new Date(),
        d: () => {},
        e: Symbol("s"),
        f: cycle,
        g: 2n ** 64n,
        "": 1,
      });
      span.setAttributes(null as never).setAttribute(5 as never, 1);
    });
    expect(attributes).toEqual({});
  });

  it("share the span's 64 KiB with events, links and what tracing sets", async () => {
    const { attributes, events, wire } = await annotated((span) => {
      tracing.getActiveSpan()?.setAttribute("a", "é".repeat(16_384));
      span.addEvent("event", { text: "x".repeat(20_000) });
      span.addLink({ context: CONTEXT, attributes: { text: "x".repeat(12_000) } });
      span.addEvent("over", { text: "x".repeat(1_000) });
      span.setAttribute("b", 1).recordException(new Error("late"));
      span.addLink({ context: CONTEXT });
    });
    expect(Object.keys(attributes)).toEqual(["a", "cloudflare.warning.type", "cloudflare.warning.message"]);
    expect(attributes["cloudflare.warning.message"]).toBe(
      'exceeded span data limit while trying to record event "over" of size 1004',
    );
    expect(events.map(({ name }) => name)).toEqual(["event"]);
    expect(wire.links).toHaveLength(1);
  });
});

describe("events and links", () => {
  it("keep their attributes and time, which may stand in place of the attributes", async () => {
    const { wire, events } = await annotated((span) => {
      span.addEvent("plain").addEvent("with", { a: 1, none: null }, [1_700_000_000, 0]);
      span
        .addEvent("timed", new Date(1_700_000_000_001))
        .addEvent("first wins", 1_700_000_000_002, "no time" as never);
    });
    expect(events.map(({ name, attributes }) => [name, attributes])).toEqual([
      ["plain", {}],
      ["with", { a: 1 }],
      ["timed", {}],
      ["first wins", {}],
    ]);
    expect(wire.events.slice(1).map(({ timeUnixNano }) => timeUnixNano)).toEqual([
      1_700_000_000_000_000_000n,
      1_700_000_000_001_000_000n,
      1_700_000_000_002_000_000n,
    ]);
    expect(Number(wire.events[0]?.timeUnixNano)).toBeGreaterThanOrEqual(Number(wire.startTimeUnixNano));
  });

  it("are counted past their limits", async () => {
    const { wire } = await annotated((span) => {
      for (let i = 0; i < MAX_EVENTS + 3; i++) span.addEvent(`${i}`);
      span.addLinks(Array.from({ length: MAX_LINKS + 2 }, () => ({ context: CONTEXT })));
    });
    expect([wire.events.length, wire.droppedEventsCount]).toEqual([MAX_EVENTS, 3]);
    expect([wire.links.length, wire.droppedLinksCount]).toEqual([MAX_LINKS, 2]);
  });

  it("keep a link's trace state and flags, and leave out what names no span", async () => {
    const { wire } = await annotated((span) => {
      span.addLink({ context: { ...CONTEXT, traceFlags: 0, traceState: createTraceState("a=1,b=2") } });
      span
        .addLink({ context: { ...CONTEXT, traceId: '"}' } })
        .addLink({ context: { ...CONTEXT, spanId: "0".repeat(16) } });
      span.addLink(undefined as never).addLink({} as never);
    });
    expect(wire.links).toMatchObject([
      { traceId: CONTEXT.traceId, spanId: CONTEXT.spanId, traceState: "a=1,b=2" },
    ]);
    expect((wire.links[0]?.flags ?? 1) & 1).toBe(0);
  });
});

describe("setStatus", () => {
  it.each([
    [
      "has a message with ERROR alone",
      [{ code: SpanStatusCode.ERROR, message: "m" }],
      { code: 2, message: "m" },
    ],
    [
      "drops a message of another type",
      [{ code: SpanStatusCode.ERROR, message: 5 }],
      { code: 2, message: "" },
    ],
    ["has no message with OK", [{ code: SpanStatusCode.OK, message: "m" }], { code: 1, message: "" }],
    [
      "is final with OK",
      [{ code: SpanStatusCode.OK }, { code: SpanStatusCode.ERROR }],
      { code: 1, message: "" },
    ],
    [
      "ignores UNSET",
      [{ code: SpanStatusCode.ERROR }, { code: SpanStatusCode.UNSET }],
      { code: 2, message: "" },
    ],
    [
      "lets OK follow ERROR",
      [{ code: SpanStatusCode.ERROR, message: "m" }, { code: 1 }],
      { code: 1, message: "" },
    ],
  ])("%s", async (_what, statuses, expected) => {
    const { status } = await annotated((span) => {
      for (const status of statuses) span.setStatus(status as never);
    });
    expect(status).toEqual(expected);
  });
});

describe("recordException", () => {
  it("adds the conventional event, at the time that is given", async () => {
    const error = new TypeError("no");
    const { events, wire, status } = await annotated((span) => {
      span.recordException(error, [1_700_000_000, 0]);
      span.recordException("text");
      span.recordException({ code: 7 });
      span.recordException({} as never);
    });
    expect(events).toEqual([
      {
        name: "exception",
        attributes: {
          "exception.type": "TypeError",
          "exception.message": "no",
          "exception.stacktrace": error.stack,
        },
      },
      { name: "exception", attributes: { "exception.message": "text" } },
      {
        name: "exception",
        attributes: { "exception.type": "7", "exception.message": "", "exception.code": 7 },
      },
    ]);
    expect(wire.events[0]?.timeUnixNano).toBe(1_700_000_000_000_000_000n);
    expect(status.code).toBe(0);
  });

  it("keeps the spans around from recording the error again", async () => {
    const error = new Error("once");
    const { root } = await record(() =>
      tracing.enterSpan("outer", () =>
        tracer.startActiveSpan("inner", (span) => {
          span.recordException(error);
          span.end();
          throw error;
        }),
      ),
    );
    const [outer] = root?.children ?? [];
    expect(outer).toMatchObject({ status: { code: 2, message: "once" }, events: [] });
    expect(outer?.children[0]?.events).toHaveLength(1);
  });
});

describe("a span's time", () => {
  // Far from now a reading of the clock is less exact than a nanosecond.
  const second = Math.floor(Date.now() / 1000) - 1000;
  const start = [second, 123_456_789] as [number, number];
  const startNano = BigInt(second) * 1_000_000_000n + 123_456_789n;

  it.each([
    [
      "seconds and nanoseconds",
      start,
      [second + 1, 5] as [number, number],
      startNano,
      BigInt(second + 1) * 1_000_000_000n + 5n,
    ],
    [
      "a Date",
      new Date(1_700_000_000_123),
      new Date(1_700_000_000_124),
      1_700_000_000_123_000_000n,
      1_700_000_000_124_000_000n,
    ],
    [
      "milliseconds since 1970",
      1_700_000_000_123,
      1_700_000_000_124,
      1_700_000_000_123_000_000n,
      1_700_000_000_124_000_000n,
    ],
    [
      "an end before its start, moved up",
      start,
      [1_600_000_000, 0] as [number, number],
      startNano,
      startNano,
    ],
  ])("is %s", async (_what, startTime, endTime, expectedStart, expectedEnd) => {
    const { wire } = await annotated((span) => span.end(endTime), { startTime });
    expect([wire.startTimeUnixNano, wire.endTimeUnixNano]).toEqual([expectedStart, expectedEnd]);
  });

  it("is a reading of performance.now()", async () => {
    const from = performance.now() - 50;
    const { wire } = await annotated((span) => span.end(from + 20), { startTime: from });
    expect(Number(wire.endTimeUnixNano - wire.startTimeUnixNano)).toBeCloseTo(20e6, -3);
    expect(
      Math.abs(Number(wire.startTimeUnixNano / 1000n) / 1000 - (performance.timeOrigin + from)),
    ).toBeLessThan(5);
  });

  it.each([
    [Number.NaN],
    [Number.POSITIVE_INFINITY],
    [-1e15],
    [1e300],
    [new Date("no date")],
    [[1, 2, 3]],
    [[-5, 0]],
    [["1", 2]],
    ["text"],
  ])("is now where %s is given, which is no time", async (time) => {
    const { wire } = await annotated((span) => span.addEvent("e", {}, time as never).end(time as never), {
      startTime: time,
    });
    const now = BigInt(Date.now()) * 1_000_000n;
    for (const nano of [
      wire.startTimeUnixNano,
      wire.endTimeUnixNano,
      wire.events[0]?.timeUnixNano as bigint,
    ]) {
      expect(nano > now - 60_000_000_000n && nano < now + 60_000_000_000n).toBe(true);
    }
  });

  it("never ends a span of tracing before it was met", async () => {
    const { root } = await recorded(() => tracing.enterSpan("s", () => trace.getActiveSpan()?.end(5)));
    const wire = root?.children[0]?.wire;
    expect(wire && wire.endTimeUnixNano >= wire.startTimeUnixNano).toBe(true);
  });
});

describe("a span of ours", () => {
  it("has a context that says where it is, works after the end, and stays the same object", async () => {
    const { root, value: context } = await recorded(
      () => {
        const span = tracer.startSpan("s");
        span.end();
        expect(span.spanContext()).toBe(span.spanContext());
        return span.spanContext();
      },
      {},
      { context: { parent: { ...CONTEXT, sampled: true, traceState: "vendor=1" } } },
    );
    expect(context).toMatchObject({
      traceId: CONTEXT.traceId,
      spanId: root?.children[0]?.wire.spanId,
      traceFlags: 1,
      isRemote: false,
    });
    expect(context.traceState?.get("vendor")).toBe("1");
  });

  it("does not keep its invocation open until an end that lies in the future", async () => {
    const { root } = await recorded(() => {
      const span = tracer.startSpan("s");
      span.end(Date.now() + 3_600_000);
    });
    expect(Number(root?.wire.endTimeUnixNano) / 1e6).toBeLessThan(Date.now() + 60_000);
  });

  it("changes no more after its end, and ends once", async () => {
    const { root } = await recorded(() => {
      const span = tracer.startSpan("s");
      span.end([1_900_000_000, 0]);
      span.end([1_950_000_000, 0]);
      expect(span.isRecording()).toBe(false);
      span.setAttribute("a", 1).setAttributes({ b: 2 }).addEvent("e").addLink({ context: CONTEXT });
      span.setStatus({ code: SpanStatusCode.ERROR }).updateName("renamed").recordException(new Error("late"));
    });
    expect(root?.children[0]).toMatchObject({ name: "s", attributes: {}, events: [], status: { code: 0 } });
    expect(root?.children[0]?.wire).toMatchObject({ links: [], endTimeUnixNano: 1_900_000_000_000_000_000n });
  });

  it("is renamed within 64 bytes", async () => {
    expect((await annotated((span) => span.updateName("é".repeat(40)))).name).toBe("é".repeat(32));
  });

  it("is the root too, which only the invocation ends", async () => {
    const { root } = await recorded(() => {
      const span = trace.getActiveSpan();
      span?.setAttribute("set", "on the root").updateName("renamed").end();
      expect(span?.isRecording()).toBe(true);
    });
    expect(root).toMatchObject({ name: "renamed", attributes: { set: "on the root" } });
  });

  it("takes what both APIs say", async () => {
    const { root } = await recorded(() =>
      tracing.enterSpan("native", (span) => {
        trace.getActiveSpan()?.setAttribute("a", 1).addEvent("from a library");
        span.setAttribute("b", 2);
      }),
    );
    expect(root?.children[0]).toMatchObject({
      attributes: { a: 1, b: 2 },
      events: [{ name: "from a library" }],
    });
  });
});
