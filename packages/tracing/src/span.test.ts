// What a span keeps of what it is told.
import { describe, expect, it } from "vitest";
import type { Span } from "./api.ts";
import { MAX_EVENTS } from "./limits.ts";
import { tracing } from "./process.ts";
import { record } from "./recorder.fixture.ts";

/** The one span that `annotate` has been given. */
async function annotated(annotate: (span: Span) => void) {
  const { root } = await record(() => tracing.enterSpan("s", annotate));
  const span = root?.children[0];
  if (span === undefined) throw new Error("the span was not sent");
  return span;
}

describe("setAttribute", () => {
  it("keeps strings, numbers and booleans, and the last value of a key in the place of the first", async () => {
    const { attributes } = await annotated((span) => {
      span
        .setAttribute("a", 1)
        .setAttribute("b", true)
        .setAttribute("c", Number.NaN)
        .setAttribute("a", "last");
      span
        .setAttribute("d", undefined as never)
        .setAttribute("e", -1.5)
        .setAttribute("", Number.POSITIVE_INFINITY);
    });
    expect(Object.entries(attributes)).toEqual([
      ["a", "last"],
      ["b", true],
      ["c", Number.NaN],
      ["e", -1.5],
      ["", Number.POSITIVE_INFINITY],
    ]);
  });

  it("turns other values into their string form, and refuses a BigInt and a Symbol", async () => {
    const { attributes } = await annotated((span) => {
      const set = span.setAttribute.bind(span) as (key: unknown, value: unknown) => Span;
      set("null", null);
      set("object", {});
      set(42, [1, 2]);
      expect(() => set("big", 1n)).toThrow(TypeError);
      expect(() => set("symbol", Symbol("s"))).toThrow(TypeError);
    });
    expect(attributes).toEqual({ null: "null", object: "[object Object]", "42": "1,2" });
  });

  it("changes nothing after the end", async () => {
    const { attributes, name, events } = await annotated((span) => {
      span.setAttribute("before", 1);
      span.end();
      span.setAttribute("after", 1).updateName("renamed").setStatus({ code: "error" });
      span.recordException("late");
    });
    expect({ attributes, name, events }).toEqual({ attributes: { before: 1 }, name: "s", events: [] });
  });

  it("holds 64 KiB, drops what crosses it and all that follows, and says so", async () => {
    const { attributes } = await annotated((span) => {
      span
        .setAttribute("a", "é".repeat(32_767))
        .setAttribute("b", "x")
        .setAttribute("cc", true)
        .setAttribute("d", 1);
    });
    expect(Object.keys(attributes)).toEqual(["a", "cloudflare.warning.type", "cloudflare.warning.message"]);
    expect(attributes["cloudflare.warning.type"]).toBe("span_data_limit_exceeded");
    expect(attributes["cloudflare.warning.message"]).toBe(
      'exceeded span data limit while trying to record attribute "b" of size 1',
    );
  });

  it("fits 64 KiB to the byte", async () => {
    const { attributes } = await annotated((span) => span.setAttribute("k", "x".repeat(65_535)));
    expect(Object.keys(attributes)).toEqual(["k"]);
  });
});

describe("setAttributes", () => {
  it("sets own enumerable entries, all or none", async () => {
    const { attributes } = await annotated((span) => {
      const inherited = Object.create({ inherited: 1 }, { hidden: { value: 2 } });
      span.setAttributes(Object.assign(inherited, { a: 1, b: undefined, c: "x" }));
      expect(() => span.setAttributes({ d: 1, e: 1n as never })).toThrow(TypeError);
      for (const wrong of [null, undefined, "text", [1]])
        expect(() => span.setAttributes(wrong as never)).toThrow(TypeError);
      span.setAttributes(Object.assign(() => {}, { f: "of a function" }) as never);
    });
    expect(attributes).toEqual({ a: 1, c: "x", f: "of a function" });
  });
});

describe("setStatus", () => {
  it("takes the last of unset, ok and error, with a message for errors alone", async () => {
    expect((await annotated((span) => span.setStatus({ code: "error", message: "m" }))).status).toEqual({
      code: 2,
      message: "m",
    });
    expect((await annotated((span) => span.setStatus({ code: "ok", message: "m" }))).status).toEqual({
      code: 1,
      message: "",
    });
    await annotated((span) => expect(() => span.setStatus({ code: "fine" as never })).toThrow(TypeError));
  });

  it("refuses a Symbol for a message, also where no message is kept", async () => {
    const message = Symbol("m") as never;
    const { status } = await annotated((span) => {
      expect(() => span.setStatus({ code: "ok", message })).toThrow(TypeError);
    });
    expect(status).toEqual({ code: 0, message: "" });
  });
});

describe("recordException", () => {
  it("reads what OpenTelemetry names of whatever it is given, and never throws", async () => {
    const { events } = await annotated((span) => {
      const give = span.recordException.bind(span) as (exception: unknown) => void;
      give("text");
      give({ name: "N", message: "M", stack: "S" });
      give(Object.assign(new Error("refused"), { code: "ECONNREFUSED", stack: "S" }));
      give({ code: 42, message: "coded" });
      give({
        get message() {
          throw new Error("trap");
        },
        name: "Trap",
      });
      for (const nothing of [null, undefined, 1, true, Symbol("s"), {}, []]) give(nothing);
    });
    expect(events.map((event) => event.attributes)).toEqual([
      { "exception.message": "text" },
      { "exception.type": "N", "exception.message": "M", "exception.stacktrace": "S" },
      {
        "exception.type": "Error",
        "exception.message": "refused",
        "exception.stacktrace": "S",
        "exception.code": "ECONNREFUSED",
      },
      { "exception.type": "42", "exception.message": "coded", "exception.code": 42 },
      { "exception.type": "Trap", "exception.message": "" },
    ]);
  });

  it("takes an exception, whatever it is: without one it throws", async () => {
    await annotated((span) => {
      expect(() => (span.recordException as () => void).call(span)).toThrow(TypeError);
    });
  });

  it("keeps 128 events and counts the rest", async () => {
    const { wire } = await annotated((span) => {
      for (let i = 0; i < MAX_EVENTS + 3; i++) span.recordException(`e${i}`);
    });
    expect([wire.events.length, wire.droppedEventsCount]).toEqual([128, 3]);
  });
});

it("names itself as the runtime's spans do", async () => {
  await annotated((span) => expect(String(span)).toBe("[object Span]"));
});

it("spanContext tells ids and that the trace is sampled, and goes on doing so after the end", async () => {
  let context: unknown;
  const { wire } = await annotated((span) => {
    context = span.spanContext();
    span.end();
    expect(span.spanContext()).toEqual(context);
  });
  expect(context).toEqual({ traceId: wire.traceId, spanId: wire.spanId, traceFlags: 1 });
});
