// The public API and nothing else.
export type { Exception, Span, SpanContext, SpanStatus, SpanStatusCode, Tracing } from "./api.ts";
export type { BindingConfig, PropagationConfig, SignalConfig, TracingConfig } from "./config.ts";
export { instrument } from "./instrument.ts";
export { tracing } from "./process.ts";
export type { RedactionConfig } from "./redaction.ts";
