// What registering changes, once, and what it refuses.
import {
  type Context,
  context,
  propagation,
  ROOT_CONTEXT,
  type TextMapPropagator,
  trace,
} from "@opentelemetry/api";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

/** A fresh bridge, which has not registered anything. */
async function fresh() {
  vi.resetModules();
  return await import("./register.ts");
}

const tracerProvider = () =>
  (trace.getTracerProvider() as { getDelegate?(): object }).getDelegate?.().constructor.name;

function clear() {
  trace.disable();
  context.disable();
  propagation.disable();
}

beforeEach(clear);
afterEach(clear);

class OtherPropagator implements TextMapPropagator {
  inject(): void {}
  extract(given: Context): Context {
    return given;
  }
  fields(): string[] {
    return ["other"];
  }
}

describe("registerOpenTelemetry", () => {
  it("registers provider, context manager and propagator; a second call does nothing", async () => {
    const { registerOpenTelemetry } = await fresh();
    registerOpenTelemetry();
    registerOpenTelemetry();
    expect(tracerProvider()).toBe("EnterspanTracerProvider");
    expect(propagation.fields()).toContain("traceparent");
    expect(context.with(ROOT_CONTEXT, () => context.active())).toBe(ROOT_CONTEXT);
  });

  it("serves tracers that libraries have taken before", async () => {
    const early = trace.getTracer("early");
    const { registerOpenTelemetry } = await fresh();
    registerOpenTelemetry();
    const { record } = await import("../recorder.fixture.ts");
    const { root } = await record(() => early.startSpan("s").end());
    expect(root?.children.map(({ name }) => name)).toEqual(["s"]);
  });

  it("throws where something else is registered already, and then changes nothing", async () => {
    const { registerOpenTelemetry } = await fresh();
    propagation.setGlobalPropagator(new OtherPropagator());
    expect(registerOpenTelemetry).toThrow("enterspan: @opentelemetry/api has another propagator already");
    propagation.disable();
    trace.setGlobalTracerProvider({ getTracer: () => trace.getTracer("other") });
    expect(registerOpenTelemetry).toThrow("another tracer provider");
    trace.disable();
    expect(propagation.fields()).toEqual([]);
    registerOpenTelemetry();
    expect(tracerProvider()).toBe("EnterspanTracerProvider");
  });

  it("can be done by hand, in parts: the provider alone makes children of the active span", async () => {
    vi.resetModules();
    const { EnterspanTracerProvider } = await import("./tracer.ts");
    const { tracing } = await import("../process.ts");
    const { openedShape, recorded } = await import("./otel.fixture.ts");
    trace.setGlobalTracerProvider(new EnterspanTracerProvider());
    const { root } = await recorded(() =>
      tracing.enterSpan("a", () => trace.getTracer("library").startSpan("b").end()),
    );
    expect(openedShape(root)).toEqual(["root", ["a", ["b"]]]);
  });
});
