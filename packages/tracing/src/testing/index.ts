// `@enterspan/tracing/testing`: record the spans that a program makes, and say what they must be.
export { AssertionError, assertSpan, assertTree } from "./assert.ts";
export { d1Spans, kvSpans, queueSpans, r2Spans } from "./bindings.ts";
export { type ClockOption, VirtualClock } from "./clock.ts";
export { type SpanMatchers, spanMatchers } from "./matchers.ts";
export type { Attributes } from "./plain-value.ts";
export type { PrintOptions } from "./print.ts";
export { type RecordContext, type RecordOptions, recordTrace } from "./record-trace.ts";
export type { IdsOption } from "./recording-runtime.ts";
export { traceSerializer } from "./serializer.ts";
export type { AsymmetricMatcher, ExpectedAttributes, ExpectedText, SpanPattern } from "./span-pattern.ts";
export type {
  SpanKindName,
  SpanQuery,
  Trace,
  TraceEvent,
  TraceException,
  TraceLink,
  TraceLog,
  TraceSpan,
} from "./trace.ts";
export {
  type SpanTree,
  type TreeChild,
  type TreePattern,
  type Unordered,
  unordered,
} from "./tree-pattern.ts";
