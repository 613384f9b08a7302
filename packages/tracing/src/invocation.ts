// One call of a handler: its trace, its root span, the spans and logs it made, and what keeps it open. It holds all
// per-request state there is; nothing of a request lives at module level.
import { unixNano } from "./clock.ts";
import type { Host } from "./host.ts";
import { spanIdAt } from "./ids.ts";
import { MAX_LOGS_PER_INVOCATION, MAX_NAME_BYTES } from "./limits.ts";
import type { LogRecord } from "./logs.ts";
import { closeSpan, type Span, spanHandle, writeAttribute } from "./span.ts";
import type { SpanKind } from "./span-record.ts";
import { SpanTable } from "./span-table.ts";
import { cutUtf8 } from "./text.ts";

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
  readonly spans = new SpanTable();
  /** Logs in the order they were printed. */
  readonly logs: LogRecord[] = [];
  droppedSpans = 0;
  droppedLogs = 0;
  ended = false;
  readonly #host: Host;
  readonly #options: InvocationOptions;
  #reported: WeakSet<object> | undefined;
  #reportedPrimitive: unknown;

  constructor(host: Host, options: InvocationOptions) {
    this.#host = host;
    this.#options = options;
    this.id = options.invocationId;
    this.traceId = options.traceId;
    this.parentSpanId = options.parentSpanId;
    this.traceState = options.traceState;
    this.sampled = options.sampled;
    if (options.sampled) this.spans.open(-1, cutUtf8(options.name, MAX_NAME_BYTES), options.kind, this.now());
    this.root = spanHandle(this);
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

  /** Whether a span still records; never in an unsampled invocation, which has no rows. */
  isOpen(index: number): boolean {
    return index < this.spans.length && this.spans.isOpen(index);
  }

  /** Opens a child, or gives undefined when nothing more is recorded: unsampled, ended, or too many spans. */
  open(parentIndex: number, name: string, kind: SpanKind): Span | undefined {
    if (!this.sampled || this.ended) return undefined;
    if (this.spans.length >= this.#options.maxSpans) {
      this.droppedSpans++;
      return undefined;
    }
    const index = this.spans.open(parentIndex, cutUtf8(name, MAX_NAME_BYTES), kind, this.now());
    return spanHandle(this, index);
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
      this.#reported ??= new WeakSet();
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
      const now = this.now();
      for (let index = 1; index < this.spans.length; index++) {
        if (!this.spans.isOpen(index)) continue;
        this.spans.setAttribute(index, "enterspan.unfinished", true);
        this.spans.close(index, now);
      }
      writeAttribute(this.root, "cloudflare.outcome", outcome);
      if (this.droppedSpans > 0) writeAttribute(this.root, "enterspan.dropped_spans", this.droppedSpans);
      if (this.droppedLogs > 0) writeAttribute(this.root, "enterspan.dropped_logs", this.droppedLogs);
      closeSpan(this.root);
    }
    this.ended = true;
  }
}
