// A trace in memory, as every view reads it. api/ makes it from the wire; nothing here knows JSON, React or the DOM.
import type { Product } from "./product.ts";
import type { Nanos, UnixNanos } from "./time.ts";

/** An attribute's or log body's value, with OTLP's distinctions kept: 1 is not 1.0, bytes are not text. */
export type Value =
  | { readonly type: "string"; readonly value: string }
  | { readonly type: "boolean"; readonly value: boolean }
  | { readonly type: "int"; readonly value: bigint }
  | { readonly type: "double"; readonly value: number }
  | { readonly type: "bytes"; readonly base64: string }
  | { readonly type: "array"; readonly values: readonly Value[] }
  | { readonly type: "map"; readonly entries: readonly Attribute[] }
  | { readonly type: "empty" }
  /** Nested deeper than the explorer decodes (`MAX_VALUE_DEPTH`); "copy as JSON" still has it whole. */
  | { readonly type: "too-deep" };

export interface Attribute {
  readonly key: string;
  readonly value: Value;
}

export interface Resource {
  readonly service: string;
  readonly attributes: readonly Attribute[];
  readonly droppedAttributes: number;
}

export interface Scope {
  readonly name: string;
  readonly version: string;
  readonly attributes: readonly Attribute[];
}

export interface SpanEvent {
  readonly time: Nanos;
  readonly name: string;
  readonly attributes: readonly Attribute[];
  readonly droppedAttributes: number;
}

export interface SpanLink {
  readonly traceId: string;
  readonly spanId: string;
  readonly attributes: readonly Attribute[];
}

export type SpanKind = "unspecified" | "internal" | "server" | "client" | "producer" | "consumer";

export interface Span {
  /** Unique within the trace, and in the URL: the span id, with `~2`, `~3` … where an id came more than once. */
  readonly key: string;
  readonly traceId: string;
  readonly spanId: string;
  /** "" for a root. */
  readonly parentSpanId: string;
  readonly name: string;
  /** What to call it on the page: `GET /orders/42` for a handled HTTP request, else its name; never empty. */
  readonly title: string;
  readonly kind: SpanKind;
  readonly start: Nanos;
  /** 0 where the end is missing or lies before the start; `isEndMissing` then says so. */
  readonly duration: Nanos;
  readonly isEndMissing: boolean;
  readonly startUnixNano: UnixNanos;
  readonly endUnixNano: UnixNanos;
  readonly status: "unset" | "ok" | "error";
  readonly statusMessage: string;
  /** Its invocation ended before it did (`enterspan.unfinished`): the duration is a lower bound. */
  readonly isUnfinished: boolean;
  readonly service: string;
  readonly product: Product;
  readonly attributes: readonly Attribute[];
  /**
   * Whether the test holds for one of the attributes, values as one line of text. For looking through all spans: it
   * keeps nothing, where `attributes` keeps what it has decoded.
   */
  anyAttribute(test: (key: string, text: string) => boolean): boolean;
  readonly events: readonly SpanEvent[];
  readonly links: readonly SpanLink[];
  readonly droppedAttributes: number;
  readonly droppedEvents: number;
  readonly droppedLinks: number;
  /** Spans and logs of its invocation that were more than are kept (`enterspan.dropped_spans`, `_logs`). */
  readonly droppedSpans: number;
  readonly droppedLogs: number;
  readonly resource: Resource;
  readonly scope: Scope;
  /** The span as it came over the wire, for "copy as JSON". */
  readonly source: unknown;
}

export type LogLevel = "trace" | "debug" | "info" | "warn" | "error" | "fatal";

export interface LogRecord {
  /** Unique within the trace: its place among the trace's logs. */
  readonly key: number;
  /** May lie before the trace's first span or after its last. */
  readonly time: Nanos;
  readonly timeUnixNano: UnixNanos;
  readonly level: LogLevel;
  readonly body: Value;
  readonly attributes: readonly Attribute[];
  readonly droppedAttributes: number;
  /** "" when the log belongs to the trace but to no span. */
  readonly spanId: string;
  readonly eventName: string;
  readonly source: unknown;
}

export interface Trace {
  readonly traceId: string;
  /** The earliest start of a span; of a log where there are no spans. Every offset counts from here. */
  readonly startUnixNano: UnixNanos;
  /** Latest end minus earliest start over all spans; what goes on ends when it was read. */
  readonly duration: Nanos;
  /** By start, then by arrival. */
  readonly spans: readonly Span[];
  /** By time, then by arrival. */
  readonly logs: readonly LogRecord[];
  readonly logsBySpan: ReadonlyMap<string, readonly LogRecord[]>;
  /** What the recording clock can tell apart: see clock.ts. */
  readonly clock: "nanosecond" | "millisecond";
  /** The server's answer, parsed whole: for a large trace seconds and hundreds of megabytes. */
  source(): unknown;
}
