// Whose child a new span is. OpenTelemetry knows a parent by the span in a context; here that has to be a span of an
// invocation, since a trace holds one root for each.
import {
  type Context,
  createContextKey,
  isSpanContextValid,
  type Span as OtelSpan,
  type SpanContext,
  trace,
} from "@opentelemetry/api";
import type { Invocation } from "../invocation.ts";
import { active } from "../process.ts";
import { indexOf, invocationOf, type Span, spanHandle } from "../span.ts";
import { BridgedSpan, knownSpan } from "./span.ts";

export interface Parent {
  /** Undefined outside of an invocation. */
  span: Span | undefined;
  /** A span that the program gave as the parent and that cannot be one. */
  link?: SpanContext;
}

/** By this key a context whose own span is of another process holds ours, the one that was active where it was entered. */
const HIDDEN = createContextKey("@enterspan/tracing active span");

export function hide(context: Context, span: Span): Context {
  return context.getValue(HIDDEN) === span ? context : context.setValue(HIDDEN, span);
}

export function hasHidden(context: Context): boolean {
  return context.getValue(HIDDEN) !== undefined;
}

/**
 * The parent of a span that is started with `context`; `isGiven` says that the program has named it. A context without a
 * span asks for a new trace, which here is the child of the invocation's root span. A span of another process cannot be
 * a parent inside an invocation: the active span is, and the other is linked to.
 */
export function parentIn(context: Context, isGiven: boolean): Parent {
  const current = active.getStore();
  const given = trace.getSpan(context);
  if (given === undefined && !isGiven) return { span: current };
  const span = spanOf(context, current);
  if (given === undefined || (span !== undefined && BridgedSpan.nativeOf(given) === span)) return { span };
  const link = given.spanContext();
  return isAlready(span, link) ? { span } : { span, link };
}

/**
 * The span of ours that is active in `context`, when it is used where `current` is. Spans of an invocation that is over
 * are like spans of another process.
 */
export function spanOf(context: Context, current: Span | undefined): Span | undefined {
  const given = trace.getSpan(context);
  if (given === undefined) return current && invocationOf(current)?.root;
  const named = nativeIn(given, current) ?? (context.getValue(HIDDEN) as Span | undefined);
  if (named === undefined) return current;
  return isOver(named) && current !== undefined && !isOver(current) ? current : named;
}

export function isOurs(span: OtelSpan): boolean {
  return BridgedSpan.nativeOf(span) !== undefined;
}

/**
 * The span of ours that `span` is or names: a span context that was taken from one in the invocation of `current` and
 * wrapped again still is that span.
 */
function nativeIn(span: OtelSpan, current: Span | undefined): Span | undefined {
  const native = BridgedSpan.nativeOf(span);
  if (native !== undefined || current === undefined) return native;
  const invocation = invocationOf(current);
  const index = invocation && indexIn(invocation, span.spanContext());
  if (invocation === undefined || index === undefined) return undefined;
  if (index === indexOf(current)) return current;
  return index === 0 ? invocation.root : (knownSpan(invocation, index) ?? spanHandle(invocation, index));
}

function indexIn(invocation: Invocation, context: SpanContext): number | undefined {
  if (context?.traceId !== invocation.traceId || !isSpanContextValid(context)) return undefined;
  // Span ids are consecutive numbers.
  const difference = BigInt(`0x${context.spanId}`) - BigInt(`0x${invocation.spanId(0)}`);
  const index = BigInt.asUintN(64, difference);
  return index < invocation.spans.length ? Number(index) : undefined;
}

/** Whether `parent` is the span of `context` itself, or in an invocation whose root is a child of it. */
function isAlready(parent: Span | undefined, { traceId, spanId }: SpanContext): boolean {
  const invocation = parent && invocationOf(parent);
  if (invocation?.traceId !== traceId) return false;
  return invocation.parentSpanId === spanId || parent?.spanContext().spanId === spanId;
}

function isOver(span: Span): boolean {
  return invocationOf(span)?.ended === true;
}
