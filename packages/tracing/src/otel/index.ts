// The OpenTelemetry bridge: what `@enterspan/tracing/otel` exports and nothing else. Of this package only this folder
// knows `@opentelemetry/api`.
export { EnterspanContextManager } from "./context-manager.ts";
export { W3CPropagator } from "./propagator.ts";
export { registerOpenTelemetry } from "./register.ts";
export { EnterspanTracerProvider } from "./tracer.ts";
