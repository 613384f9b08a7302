// OpenTelemetry's tracer and its provider: what libraries ask for spans.
import {
  type Context,
  context as contexts,
  createContextKey,
  INVALID_SPAN_CONTEXT,
  type Span as OtelSpan,
  type SpanOptions,
  type Tracer,
  type TracerOptions,
  type TracerProvider,
  trace,
} from "@opentelemetry/api";
import { indexOf, invocationOf } from "../span.ts";
import { INTERNAL, type Scope, type SpanKind } from "../span-record.ts";
import { safeText } from "../text.ts";
import { type Parent, parentIn } from "./parent.ts";
import { otelSpanOf } from "./span.ts";
import { toReading } from "./time.ts";

/** Tracers that are kept: one a library, where names are constants, as they should be. */
const MAX_TRACERS = 1_000;

/** By this key OpenTelemetry's SDK says that what runs is telemetry's own work. */
const SUPPRESS_TRACING = createContextKey("OpenTelemetry SDK Context Key SUPPRESS_TRACING");

export function isSuppressed(context: Context): boolean {
  return context.getValue(SUPPRESS_TRACING) === true;
}

/**
 * Makes tracers whose spans are spans of the invocation that is active. It needs `EnterspanContextManager` as the context
 * manager: with another, `startActiveSpan` makes nothing active for `tracing`.
 *
 * @example
 * trace.setGlobalTracerProvider(new EnterspanTracerProvider());
 * context.setGlobalContextManager(new EnterspanContextManager());
 */
export class EnterspanTracerProvider implements TracerProvider {
  readonly #tracers = new Map<string, Tracer>();

  /** The same tracer for the same arguments, which become its spans' instrumentation scope. */
  getTracer(name: string, version?: string, options?: TracerOptions): Tracer {
    const scope: Scope = {
      name: safeText(name ?? "", ""),
      version: safeText(version ?? "", ""),
      schemaUrl: safeText(options?.schemaUrl ?? "", ""),
    };
    const key = JSON.stringify(scope);
    const known = this.#tracers.get(key);
    if (known !== undefined) return known;
    const tracer = new BridgedTracer(scope);
    if (this.#tracers.size < MAX_TRACERS) this.#tracers.set(key, tracer);
    return tracer;
  }
}

type ActiveSpanArguments<F> =
  | [fn: F]
  | [options: SpanOptions | undefined, fn: F]
  | [options: SpanOptions | undefined, context: Context | undefined, fn: F];

class BridgedTracer implements Tracer {
  readonly #scope: Scope;

  constructor(scope: Scope) {
    this.#scope = scope;
  }

  /** Whoever starts the span ends it; one that nobody ends ends with its invocation. */
  startSpan(name: string, options?: SpanOptions, context?: Context): OtelSpan {
    const asked = context ?? contexts.active();
    if (isSuppressed(asked)) return trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
    const isRoot = options?.root === true;
    const parent = parentIn(isRoot ? trace.deleteSpan(asked) : asked, isRoot || context !== undefined);
    return this.#open(name, options ?? {}, parent) ?? trace.wrapSpanContext(contextBelow(parent));
  }

  /** Runs the callback, the last argument, with the new span active. Neither its end nor its error ends the span. */
  startActiveSpan<F extends (span: OtelSpan) => ReturnType<F>>(
    name: string,
    ...args: ActiveSpanArguments<F>
  ): ReturnType<F> {
    const fn = args[args.length - 1] as F;
    const [options, context] = args.slice(0, -1) as [SpanOptions?, Context?];
    const span = this.startSpan(name, options, context);
    return contexts.with(trace.setSpan(context ?? contexts.active(), span), fn, undefined, span);
  }

  /** Undefined when the span would record nothing. */
  #open(name: string, options: SpanOptions, { span, link }: Parent): OtelSpan | undefined {
    const invocation = span && invocationOf(span);
    if (invocation === undefined) return undefined;
    const { attributes, kind, links, startTime } = options;
    const start = toReading(startTime, invocation);
    const native = invocation.open(
      indexOf(span as NonNullable<typeof span>),
      safeText(name, ""),
      toKind(kind),
      start,
    );
    if (native === undefined) return undefined;
    invocation.spans.setScope(indexOf(native), this.#scope);
    const opened = otelSpanOf(native, invocation, start);
    if (link !== undefined) opened.addLink({ context: link });
    if (Array.isArray(links)) opened.addLinks(links);
    if (attributes !== undefined) opened.setAttributes(attributes);
    return opened;
  }
}

/** What a span that is not recorded says of itself: it is its parent, for whoever propagates it. */
function contextBelow({ span, link }: Parent) {
  return span === undefined ? (link ?? INVALID_SPAN_CONTEXT) : span.spanContext();
}

/** OpenTelemetry's API counts kinds from 0, its protocol from 1. */
function toKind(kind: unknown): SpanKind {
  return kind === 1 || kind === 2 || kind === 3 || kind === 4 ? ((kind + 1) as SpanKind) : INTERNAL;
}
