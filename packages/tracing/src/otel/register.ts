// Makes the bridge the one that OpenTelemetry's API asks.
import { context, propagation, trace } from "@opentelemetry/api";
import { EnterspanContextManager } from "./context-manager.ts";
import { W3CPropagator } from "./propagator.ts";
import { EnterspanTracerProvider } from "./tracer.ts";

let isRegistered = false;

/**
 * Registers the tracer provider, the context manager and the propagator of this package with `@opentelemetry/api`, for
 * the whole isolate or process. From then on libraries that are instrumented with OpenTelemetry make spans in the traces
 * of `tracing`, and the active span is the same for both. Call it once, at module level, before the first event; a
 * second call does nothing.
 *
 * @throws Error when another provider, context manager or propagator is registered already; then nothing is changed.
 *
 * @example
 * import { registerOpenTelemetry } from "@enterspan/tracing/otel";
 *
 * registerOpenTelemetry();
 */
export function registerOpenTelemetry(): void {
  if (isRegistered) return;
  if (!context.setGlobalContextManager(new EnterspanContextManager())) throw taken("context manager");
  if (!propagation.setGlobalPropagator(new W3CPropagator())) {
    context.disable();
    throw taken("propagator");
  }
  if (!trace.setGlobalTracerProvider(new EnterspanTracerProvider())) {
    context.disable();
    propagation.disable();
    throw taken("tracer provider");
  }
  isRegistered = true;
}

function taken(what: string): Error {
  return new Error(
    `enterspan: @opentelemetry/api has another ${what} already, or was first used in another version, so that spans ` +
      "of libraries would not reach this Worker's traces. Remove the other registration, or the other version.",
  );
}
