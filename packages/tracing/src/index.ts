// The public API and nothing else.
export type { Exception, Span, SpanContext, SpanStatus, SpanStatusCode, Tracing } from "./api.ts";
export { instrument } from "./instrument.ts";
export { tracing } from "./process.ts";
export type { SignalConfig, TracingConfig } from "./runtime.ts";
