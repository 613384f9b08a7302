// One call of a handler: its trace, its root span, the spans and logs it made, and what keeps it open. It holds all
// per-request state there is; nothing of a request lives at module level.
import { unixNano } from "./clock.ts";
import type { Host } from "./host.ts";
import { spanIdAt } from "./ids.ts";
import { MAX_LOGS_PER_INVOCATION, MAX_NAME_BYTES } from "./limits.ts";
import type { LogRecord } from "./logs.ts";
import type { Memory } from "./memory.ts";
import type { RemoteSpan } from "./propagation.ts";
import type { Redaction } from "./redaction.ts";
import { type Span, spanHandle, writeAttribute } from "./span.ts";
import type { SpanKind } from "./span-record.ts";
import { SpanTable } from "./span-table.ts";
import { cutUtf8 } from "./text.ts";

/**
 * What goes on with an invocation that may be over. `rooted`: its root is a span like others. `bare`: its root stands for the
 * parent, and is not sent again.
 */
export type Part = "rooted" | "bare";

export interface InvocationOptions {
  memory: Memory;
  /** Makes the invocation's id, a UUID; called when it is first needed. */
  makeId: () => string;
  traceId: string;
  /** "" for the first invocation of a trace. */
  parentSpanId: string;
  traceState: string;
  /** The `baggage` header to send along, or "". */
  baggage: string;
  /** Spans that caused the invocation and are no parents. */
  links?: Iterable<RemoteSpan> | undefined;
  sampled: boolean;
  /** Whether logs are kept; decided apart from the spans. */
  keepsLogs: boolean;
  /** The random number that the invocation's span ids count up from, as two 32-bit words. */
  spanIds: readonly [high: number, low: number];
  originMs: number;
  /** Of what is sent. */
  redaction: Redaction;
  maxSpans: number;
  name: string;
  kind: SpanKind;
  /** Whether it is a part of another, which has the outcome. */
  part: Part | undefined;
}

/** `canceled`: the client went away before the response was sent. */
export type Outcome = "ok" | "exception" | "canceled";

/** Ways that one error takes through the tree at once, such as a rejected promise that many spans await. */
const MAX_CROSSINGS = 16;

export class Invocation {
  traceId = "";
  parentSpanId = "";
  traceState = "";
  baggage = "";
  sampled = false;
  readonly root: Span;
  spans: SpanTable;
  readonly redaction: Redaction;
  /** Logs in the order they were printed. */
  readonly logs: LogRecord[] = [];
  droppedSpans = 0;
  droppedLogs = 0;
  ended = false;
  #id: string | undefined;
  readonly #host: Host;
  #options: InvocationOptions;
  /** For each error the outermost spans that it has crossed so far. */
  #crossings: WeakMap<object, number[]> | undefined;
  #primitiveCrossings: Map<unknown, number[]> | undefined;

  constructor(host: Host, options: InvocationOptions) {
    this.#host = host;
    this.#options = options;
    this.spans = new SpanTable(options.memory);
    this.redaction = options.redaction;
    this.root = spanHandle(this);
    this.#begin();
  }

  /**
   * Goes on as the invocation of an event that was not known when it began: what it has recorded is the event's, or is
   * dropped where the event is not sampled. Its spans keep their ids and times.
   */
  become(options: InvocationOptions): void {
    const { spanIds, originMs } = this.#options;
    this.#options = { ...options, spanIds, originMs };
    if (!options.sampled) {
      this.spans.release();
      this.spans = new SpanTable(options.memory);
    }
    if (!options.keepsLogs) this.logs.length = 0;
    this.#begin();
  }

  /** Opens the root, or gives it its name. */
  #begin(): void {
    const options = this.#options;
    this.traceId = options.traceId;
    this.parentSpanId = options.parentSpanId;
    this.traceState = options.traceState;
    this.baggage = options.baggage;
    this.sampled = options.sampled;
    if (!options.sampled) return;
    const name = cutUtf8(options.name, MAX_NAME_BYTES);
    if (this.spans.length === 0) this.spans.open(-1, name, options.kind, this.now());
    else this.spans.rename(0, name);
    for (const link of options.links ?? []) this.spans.addLink(0, { ...link, attributes: [] });
  }

  /** A UUID. */
  get id(): string {
    this.#id ??= this.#options.makeId();
    return this.#id;
  }

  now(): number {
    return this.#host.now();
  }

  /** The reading of `now()` at a Unix time in milliseconds. */
  readingAt(unixMs: number): number {
    return unixMs - this.#options.originMs;
  }

  /** Unix nanoseconds, in decimal, of a reading of `now()`. */
  unixNano(reading: number): string {
    return unixNano(this.#options.originMs, reading);
  }

  /** The index of the first span to send. */
  get first(): 0 | 1 {
    return this.#options.part === "bare" ? 1 : 0;
  }

  spanId(index: number): string {
    if (index < this.first) return this.parentSpanId;
    return spanIdAt(this.#options.spanIds[0], this.#options.spanIds[1], index);
  }

  /** Whether a span still records; never in an unsampled invocation, which has no rows. */
  isOpen(index: number): boolean {
    return index < this.spans.length && this.spans.isOpen(index);
  }

  /** Opens a child, or gives undefined when nothing more is recorded: unsampled, ended, or too many spans. */
  open(parentIndex: number, name: string, kind: SpanKind, start?: number): Span | undefined {
    if (!this.sampled || this.ended) return undefined;
    if (this.spans.length >= this.#options.maxSpans || this.#options.memory.isFull) {
      this.droppedSpans++;
      return undefined;
    }
    const index = this.spans.open(parentIndex, cutUtf8(name, MAX_NAME_BYTES), kind, start ?? this.now());
    return spanHandle(this, index);
  }

  /** Whether the isolate holds as much as it may: attributes, events and logs are dropped like spans then. */
  get isFull(): boolean {
    return this.#options.memory.isFull;
  }

  /**
   * Only where logs are kept.
   * @param bytes what the record takes, roughly
   */
  log(record: LogRecord, bytes: number): void {
    if (this.logs.length >= MAX_LOGS_PER_INVOCATION || this.isFull) {
      this.droppedLogs++;
      return;
    }
    this.logs.push(record);
    this.spans.hold(bytes);
  }

  /** Whether they still are. */
  get keepsLogs(): boolean {
    return this.#options.keepsLogs && !this.ended;
  }

  /**
   * Whether the span is the innermost one that `error` crosses on its way, and so records it: false for the spans around
   * one that has. Spans beside each other record an error that they share, each.
   */
  markReported(error: unknown, index: number): boolean {
    const isObject = (typeof error === "object" && error !== null) || typeof error === "function";
    // An error may outlive the invocation; a primitive is gone with it.
    if (isObject) this.#crossings ??= new WeakMap();
    else this.#primitiveCrossings ??= new Map();
    const crossings = (isObject ? this.#crossings : this.#primitiveCrossings) as Map<unknown, number[]>;
    const crossed = crossings.get(error) ?? [];
    const within = crossed.findIndex((inner) => this.spans.isWithin(inner, index));
    if (within !== -1) {
      // From here on outwards: the next span around is found in one step.
      crossed[within] = index;
      return false;
    }
    // The latest will do: spans around an earlier one are rarely still open.
    crossings.set(error, [index, ...crossed.slice(0, MAX_CROSSINGS - 1)]);
    return true;
  }

  /**
   * Ends the root and with it the invocation, at a reading of the clock, but not before any span in it. Spans still open
   * end then, and say that nobody ended them.
   */
  end(outcome: Outcome, reading = this.now()): void {
    if (this.ended) return;
    if (this.sampled) {
      // A library may have ended a span in the future.
      const end = Math.min(Math.max(reading, this.spans.lastReading()), this.now());
      for (let index = 1; index < this.spans.length; index++) {
        if (!this.spans.isOpen(index)) continue;
        this.spans.setAttribute(index, "enterspan.unfinished", true);
        this.spans.close(index, end);
      }
      if (!this.#options.part) {
        writeAttribute(this.root, "cloudflare.outcome", outcome);
        writeAttribute(this.root, "cloudflare.wall_time_ms", end - this.spans.startOf(0));
      }
      if (this.droppedSpans > 0) writeAttribute(this.root, "enterspan.dropped_spans", this.droppedSpans);
      if (this.droppedLogs > 0) writeAttribute(this.root, "enterspan.dropped_logs", this.droppedLogs);
      this.spans.close(0, end);
    }
    this.ended = true;
    if (this.droppedSpans > 0 || this.droppedLogs > 0) {
      this.#options.memory.warnOfDrops(
        `${this.droppedSpans} spans and ${this.droppedLogs} logs of a request`,
      );
    }
  }
}
