// W3C headers from a context and into one.
import { context, createContextKey, propagation, ROOT_CONTEXT, SpanKind, trace } from "@opentelemetry/api";
import { beforeAll, describe, expect, it } from "vitest";
import { traceOperation } from "../instrument/operation.ts";
import { tracing } from "../process.ts";
import { testRuntime } from "../recorder.fixture.ts";
import { recorded } from "./otel.fixture.ts";
import { registerOpenTelemetry } from "./register.ts";

beforeAll(registerOpenTelemetry);

const TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

function injected(from = context.active()): Record<string, string> {
  const carrier: Record<string, string> = {};
  propagation.inject(from, carrier);
  return carrier;
}

describe("inject", () => {
  it("carries the active span, whichever API made it, and the caller's trace state and baggage", async () => {
    const parent = { traceId: TRACEPARENT.slice(3, 35), spanId: TRACEPARENT.slice(36, 52), sampled: true };
    await recorded(
      () =>
        tracing.enterSpan("a", (span) => {
          expect(injected()).toEqual({
            traceparent: `00-${parent.traceId}-${span.spanContext().spanId}-01`,
            tracestate: "a=1,b=2",
            baggage: "user=ada",
          });
        }),
      {},
      { context: { parent: { ...parent, traceState: "a=1,b=2" }, baggage: "user=ada" } },
    );
  });

  it("says of an unsampled invocation that it is", async () => {
    await recorded(() => expect(injected().traceparent).toMatch(/-00$/), { traces: { headSamplingRate: 0 } });
  });

  it("carries the baggage of the context in place of the caller's", async () => {
    await recorded(
      () => {
        const baggage = propagation.createBaggage({ "a b": { value: "ü,;=" }, plain: { value: "x" } });
        expect(injected(propagation.setBaggage(context.active(), baggage)).baggage).toBe(
          "a%20b=%C3%BC%2C%3B%3D,plain=x",
        );
      },
      {},
      { context: { baggage: "user=ada" } },
    );
  });

  it("carries no more baggage than the standard lets through", () => {
    const entries = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`k${i}`, { value: "v" }]));
    const many = injected(propagation.setBaggage(ROOT_CONTEXT, propagation.createBaggage(entries))).baggage;
    expect(many?.split(",")).toHaveLength(180);
    const large = propagation.createBaggage({ large: { value: "v".repeat(8_192) }, small: { value: "v" } });
    expect(injected(propagation.setBaggage(ROOT_CONTEXT, large)).baggage).toBe("small=v");
  });

  it("carries nothing inside of a platform call, which carries the context itself", async () => {
    const { runtime } = testRuntime();
    const { root } = await recorded(() => {
      traceOperation(runtime, { name: "fetch", attributes: () => ({}) }, () => {
        const span = trace.getTracer("a client").startSpan("GET", { kind: SpanKind.CLIENT });
        expect(injected(trace.setSpan(context.active(), span))).toEqual({});
        context.with(trace.setSpan(context.active(), span), () =>
          expect(injected().traceparent).toBeDefined(),
        );
      });
    });
    expect(root?.children[0]?.name).toBe("fetch");
  });

  it("carries nothing outside of an invocation, nor while tracing is suppressed", async () => {
    expect(injected()).toEqual({});
    const key = createContextKey("OpenTelemetry SDK Context Key SUPPRESS_TRACING");
    await recorded(() => expect(injected(context.active().setValue(key, true))).toEqual({}));
  });
});

describe("extract", () => {
  it("gives a context with the remote span and the baggage", () => {
    const extracted = propagation.extract(ROOT_CONTEXT, {
      traceparent: TRACEPARENT,
      tracestate: "a=1, b=2",
      baggage: "user=a%64a;secret;level=2, plain = x ,broken,=none,bad=%,empty=,__proto__=p",
    });
    const spanContext = trace.getSpanContext(extracted);
    expect(spanContext).toMatchObject({
      traceId: TRACEPARENT.slice(3, 35),
      spanId: TRACEPARENT.slice(36, 52),
      traceFlags: 1,
      isRemote: true,
    });
    expect(spanContext?.traceState?.serialize()).toBe("a=1,b=2");
    const entries = propagation.getBaggage(extracted)?.getAllEntries() ?? [];
    expect(entries.map(([key, { value, metadata }]) => [key, value, metadata?.toString()])).toEqual([
      ["user", "ada", "secret;level=2"],
      ["plain", "x", undefined],
      ["empty", "", undefined],
      ["__proto__", "p", undefined],
    ]);
  });

  it("takes the first of several parents, and joins lists that come in several headers", () => {
    const extracted = propagation.extract(ROOT_CONTEXT, {
      traceparent: [TRACEPARENT, "no"],
      tracestate: ["a=1", "b=2"],
      baggage: ["c=3", "d=4"],
    });
    expect(trace.getSpanContext(extracted)?.traceState?.serialize()).toBe("a=1,b=2");
    expect(propagation.getBaggage(extracted)?.getAllEntries()).toHaveLength(2);
  });

  it.each([
    {},
    { traceparent: "no" },
    { traceparent: 5 },
    { traceparent: TRACEPARENT.replace(/^00/, "ff") },
    { baggage: "," },
  ])("gives the same context for %j", (carrier) =>
    expect(propagation.extract(ROOT_CONTEXT, carrier)).toBe(ROOT_CONTEXT),
  );
});

it("names the headers that it sets", () => {
  expect(propagation.fields()).toEqual(["traceparent", "tracestate", "baggage"]);
});
