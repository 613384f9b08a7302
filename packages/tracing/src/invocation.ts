// One call of a handler: its trace, its root span, the spans and logs it made, and what keeps it open. It holds all
// per-request state there is; nothing of a request lives at module level.
import { unixNano } from "./clock.ts";
import type { Host } from "./host.ts";
import { spanIdAt } from "./ids.ts";
import { MAX_LOGS_PER_INVOCATION } from "./limits.ts";
import type { LogRecord } from "./logs.ts";
import {
  closeSpan,
  endOf,
  openSpan,
  recordOf,
  type Span,
  type SpanKind,
  type SpanRecord,
  silentSpan,
  writeAttribute,
} from "./span.ts";

export interface InvocationOptions {
  invocationId: string;
  traceId: string;
  /** "" for the first invocation of a trace. */
  parentSpanId: string;
  traceState: string;
  sampled: boolean;
  /** Whether logs are kept; decided apart from the spans. */
  keepsLogs: boolean;
  /** The random number that the invocation's span ids count up from, as two 32-bit words. */
  spanIds: readonly [high: number, low: number];
  originMs: number;
  maxSpans: number;
  name: string;
  kind: SpanKind;
}

/** `canceled`: the client went away before the response was sent. */
export type Outcome = "ok" | "exception" | "canceled";

export class Invocation {
  readonly id: string;
  readonly traceId: string;
  readonly parentSpanId: string;
  readonly traceState: string;
  readonly sampled: boolean;
  readonly root: Span;
  /** Logs in the order they were printed. */
  readonly logs: LogRecord[] = [];
  droppedSpans = 0;
  droppedLogs = 0;
  ended = false;
  readonly #host: Host;
  readonly #options: InvocationOptions;
  readonly #spans: Span[] = [];
  readonly #reported = new WeakSet<object>();
  #reportedPrimitive: unknown;

  constructor(host: Host, options: InvocationOptions) {
    this.#host = host;
    this.#options = options;
    this.id = options.invocationId;
    this.traceId = options.traceId;
    this.parentSpanId = options.parentSpanId;
    this.traceState = options.traceState;
    this.sampled = options.sampled;
    this.root = options.sampled ? openSpan(this, 0, -1, options.name, options.kind) : silentSpan(this);
    if (options.sampled) this.#spans.push(this.root);
  }

  now(): number {
    return this.#host.now();
  }

  /** Unix nanoseconds, in decimal, of a reading of `now()`. */
  unixNano(reading: number): string {
    return unixNano(this.#options.originMs, reading);
  }

  spanId(index: number): string {
    return spanIdAt(this.#options.spanIds[0], this.#options.spanIds[1], index);
  }

  /** Opens a child, or gives undefined when nothing more is recorded: unsampled, ended, or too many spans. */
  open(parentIndex: number, name: string, kind: SpanKind): Span | undefined {
    if (!this.sampled || this.ended) return undefined;
    const index = this.#spans.length;
    if (index >= this.#options.maxSpans) {
      this.droppedSpans++;
      return undefined;
    }
    const span = openSpan(this, index, parentIndex, name, kind);
    this.#spans.push(span);
    return span;
  }

  log(record: LogRecord): void {
    if (!this.#options.keepsLogs || this.ended) return;
    if (this.logs.length >= MAX_LOGS_PER_INVOCATION) this.droppedLogs++;
    else this.logs.push(record);
  }

  get keepsLogs(): boolean {
    return this.#options.keepsLogs && !this.ended;
  }

  /** True the first time that an error is seen: only the innermost span that it crosses records it. */
  markReported(error: unknown): boolean {
    if ((typeof error === "object" && error !== null) || typeof error === "function") {
      if (this.#reported.has(error)) return false;
      this.#reported.add(error);
      return true;
    }
    const isNew = this.#reportedPrimitive !== error;
    this.#reportedPrimitive = error;
    return isNew;
  }

  /** Ends the root and with it the invocation. Spans still open end now, and say that nobody ended them. */
  end(outcome: Outcome): void {
    if (this.ended) return;
    if (this.sampled) {
      for (const span of this.#spans) {
        if (span === this.root || !Number.isNaN(endOf(span))) continue;
        writeAttribute(span, "enterspan.unfinished", true);
        closeSpan(span);
      }
      writeAttribute(this.root, "cloudflare.outcome", outcome);
      if (this.droppedSpans > 0) writeAttribute(this.root, "enterspan.dropped_spans", this.droppedSpans);
      if (this.droppedLogs > 0) writeAttribute(this.root, "enterspan.dropped_logs", this.droppedLogs);
      closeSpan(this.root);
    }
    this.ended = true;
  }

  /** What there is to send of the spans, in the order they were opened. */
  *records(): Generator<SpanRecord> {
    for (const span of this.#spans) yield recordOf(span);
  }
}
