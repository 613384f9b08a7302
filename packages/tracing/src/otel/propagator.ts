// W3C Trace Context and Baggage for what asks OpenTelemetry's API to carry its context: clients of message brokers, RPC.
// `fetch` needs none of it, its instrumentation does the same by itself.
import {
  type Context,
  createTraceState,
  propagation,
  type SpanContext,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
  trace,
} from "@opentelemetry/api";
import { active } from "../process.ts";
import { formatTraceparent, parseTraceparent } from "../propagation.ts";
import { indexOf, invocationOf } from "../span.ts";
import { formatBaggage, parseBaggage } from "./baggage.ts";
import { isValid } from "./span.ts";
import { isSuppressed } from "./tracer.ts";

const HEADERS = ["traceparent", "tracestate", "baggage"] as const;

/** Headers `traceparent`, `tracestate` and `baggage`, by any setter and getter. */
export class W3CPropagator implements TextMapPropagator {
  /**
   * Sets the headers for the span and the baggage of `context`; none while tracing is suppressed, and none inside an
   * instrumented call of the platform, which has set them: `fetch` of Node, itself instrumented by another, would send two.
   */
  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    if (isSuppressed(context) || isInPlatformCall()) return;
    const span = trace.getSpanContext(context);
    if (isValid(span)) {
      const { traceId, spanId, traceFlags, traceState } = span;
      setter.set(carrier, "traceparent", formatTraceparent(traceId, spanId, (traceFlags & 1) === 1));
      const state = traceState?.serialize() ?? "";
      if (state !== "") setter.set(carrier, "tracestate", state);
    }
    const baggage = propagation.getBaggage(context);
    const header = baggage === undefined ? callersBaggage() : formatBaggage(baggage);
    if (header !== "") setter.set(carrier, "baggage", header);
  }

  /** `context` with the span and the baggage that the headers name; malformed ones name nothing. */
  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    const [traceparent, tracestate, baggage] = HEADERS.map((header) => read(getter, carrier, header));
    const remote = parseTraceparent(traceparent ?? null, tracestate ?? null);
    let extracted = context;
    if (remote !== undefined) {
      const { traceId, spanId, sampled, traceState } = remote;
      const spanContext: SpanContext = { traceId, spanId, traceFlags: sampled ? 1 : 0, isRemote: true };
      if (traceState !== "") spanContext.traceState = createTraceState(traceState);
      extracted = trace.setSpanContext(extracted, spanContext);
    }
    const entries = parseBaggage(baggage ?? "");
    return Object.keys(entries).length === 0
      ? extracted
      : propagation.setBaggage(extracted, propagation.createBaggage(entries));
  }

  fields(): string[] {
    return [...HEADERS];
  }
}

/** Whether the active span is that of a call of the platform, which carries the context itself. */
function isInPlatformCall(): boolean {
  const span = active.getStore();
  return span !== undefined && invocationOf(span)?.spans.isOperation(indexOf(span)) === true;
}

/** The baggage that the invocation was called with, which it passes on unless the program sets its own. */
function callersBaggage(): string {
  const span = active.getStore();
  return (span && invocationOf(span)?.baggage) ?? "";
}

/** A header that comes more than once is a list of all its values, but for `traceparent`, where the first one counts. */
function read(getter: TextMapGetter, carrier: unknown, header: string): string | undefined {
  const value: unknown = getter.get(carrier, header);
  if (!Array.isArray(value)) return typeof value === "string" ? value : undefined;
  return header === "traceparent" ? value[0] : value.join(",");
}
