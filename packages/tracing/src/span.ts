// A span, from open to end. Here is the one primitive that opens spans and the one that ends them; everything else,
// the public calls and every instrumented operation, is written in terms of the two.
import type { Exception, SpanContext, SpanStatus } from "./api.ts";
import { describeException, exceptionEvent } from "./exception.ts";
import type { Invocation } from "./invocation.ts";
import { MAX_EVENTS, MAX_NAME_BYTES, MAX_SPAN_BYTES } from "./limits.ts";
import { cutUtf8, toText, utf8Length } from "./text.ts";

export type AttributeValue = string | number | boolean | bigint | readonly string[];

/** Keys and values in turn, in the order they were set; of equal keys the last one holds. */
export type FlatAttributes = (string | AttributeValue)[];

/** An attribute, and the one that was set before it: a list costs a span less than an array that grows. */
interface Attribute {
  readonly key: string;
  readonly value: AttributeValue;
  readonly previous: Attribute | undefined;
}

export interface SpanEvent {
  /** A reading of the host's clock. */
  time: number;
  name: string;
  attributes: FlatAttributes;
}

/** OpenTelemetry's SpanKind. */
export type SpanKind = 1 | 2 | 3 | 4 | 5;
export const INTERNAL: SpanKind = 1;
export const SERVER: SpanKind = 2;
export const CLIENT: SpanKind = 3;
export const PRODUCER: SpanKind = 4;
export const CONSUMER: SpanKind = 5;

/** What a finished (or, at the end of its invocation, still open) span has to say on the wire. */
export interface SpanRecord {
  index: number;
  /** Index of the parent in the same invocation, or -1 for the root, whose parent is remote or none. */
  parentIndex: number;
  name: string;
  kind: SpanKind;
  /** Readings of the host's clock; `end` is NaN while the span is open. */
  start: number;
  end: number;
  attributes: FlatAttributes;
  events: readonly SpanEvent[];
  droppedEvents: number;
  status: SpanStatus;
}

const construct = Symbol("construct");
const UNSET: SpanStatus = { code: "unset" };
const NO_EVENTS: readonly SpanEvent[] = [];

// The module's own access to a span's private fields, set from inside the class.
let endOf: (span: Span) => number;
let close: (span: Span, time: number) => void;
let write: (span: Span, key: string, value: AttributeValue) => void;
let writeEvent: (span: Span, event: SpanEvent) => void;
let writeStatus: (span: Span, status: SpanStatus) => void;
let record: (span: Span) => SpanRecord;
let invocationOf: (span: Span) => Invocation | undefined;
let indexOf: (span: Span) => number;
let markOperation: (span: Span) => void;
let join: (span: Span, name: string) => boolean;
let isJoined: (span: Span) => boolean;

export class Span {
  /** Undefined for the one span that stands in outside of every invocation. */
  readonly #invocation: Invocation | undefined;
  /** The n-th span of its invocation; the root is 0, also for the stand-in of an unsampled invocation. */
  readonly #index: number;
  readonly #parentIndex: number;
  readonly #kind: SpanKind;
  readonly #start: number;
  /** NaN while the span is open. A span that records nothing was never open. */
  #end: number;
  #name: string;
  #lastAttribute: Attribute | undefined;
  #bytes = 0;
  #events: SpanEvent[] | undefined;
  #droppedEvents = 0;
  #status: SpanStatus = UNSET;
  /** For a platform call that we wrap: whether the runtime has instrumented the very same call and joined the span. */
  #joined: boolean | undefined;

  constructor(
    token: symbol,
    invocation: Invocation | undefined,
    index: number,
    parentIndex: number,
    name: string,
    kind: SpanKind,
    start: number,
    end: number,
  ) {
    if (token !== construct)
      throw new TypeError("Illegal constructor: spans are made by tracing.enterSpan and its like");
    this.#invocation = invocation;
    this.#index = index;
    this.#parentIndex = parentIndex;
    this.#name = name;
    this.#kind = kind;
    this.#start = start;
    this.#end = end;
  }

  get isTraced(): boolean {
    return Number.isNaN(this.#end);
  }

  spanContext(): SpanContext {
    const invocation = this.#invocation;
    if (invocation === undefined) return { traceId: "0".repeat(32), spanId: "0".repeat(16), traceFlags: 0 };
    return {
      traceId: invocation.traceId,
      spanId: invocation.spanId(this.#index),
      traceFlags: invocation.sampled ? 1 : 0,
    };
  }

  setAttribute(...args: [key?: string, value?: boolean | number | string | undefined]): this {
    if (args.length === 0) throw new TypeError("setAttribute takes a key and a value");
    const key = toText(args[0]);
    if (args[1] !== undefined) this.#set(key, toAttributeValue(args[1]));
    return this;
  }

  setAttributes(attributes: Record<string, boolean | number | string | undefined>): this {
    if (attributes === null || typeof attributes !== "object" || Array.isArray(attributes)) {
      throw new TypeError("setAttributes takes an object whose entries are attributes");
    }
    // All or nothing: every value is converted, which may throw, before the first one is set.
    const converted: [key: string, value: string | number | boolean][] = [];
    for (const key of Object.keys(attributes)) {
      const value = attributes[key];
      if (value !== undefined) converted.push([key, toAttributeValue(value)]);
    }
    for (const [key, value] of converted) this.#set(key, value);
    return this;
  }

  recordException(exception: Exception): void {
    if (!Number.isNaN(this.#end)) return;
    const described = describeException(exception);
    if (described === undefined) return;
    const { type, message, stack } = described;
    const bytes = utf8Length(type) + utf8Length(message) + utf8Length(stack ?? "");
    if (!this.#admits("exception", type, 0, bytes)) return;
    this.#invocation?.markReported(exception);
    writeEvent(this, exceptionEvent(described, (this.#invocation as Invocation).now()));
  }

  updateName(...args: [name?: string]): this {
    // Any value is a name, undefined too, but there must be one.
    if (args.length === 0) throw new TypeError("updateName takes a name");
    const text = toText(args[0]);
    if (Number.isNaN(this.#end)) this.#name = cutUtf8(text, MAX_NAME_BYTES);
    return this;
  }

  setStatus(status: SpanStatus): this {
    const code = toText(status?.code);
    if (code !== "unset" && code !== "ok" && code !== "error") {
      throw new TypeError(`A span's status code is "unset", "ok" or "error", not ${JSON.stringify(code)}`);
    }
    const message = status.message;
    if (Number.isNaN(this.#end)) {
      this.#status =
        code === "error" && message !== undefined ? { code, message: toText(message) } : { code };
    }
    return this;
  }

  end(): void {
    // The root span stands for the whole invocation, which alone ends it.
    if (Number.isNaN(this.#end) && this.#index !== 0) close(this, (this.#invocation as Invocation).now());
  }

  #set(key: string, value: string | number | boolean): void {
    if (!Number.isNaN(this.#end)) return;
    const valueBytes = typeof value === "string" ? utf8Length(value) : 8;
    if (this.#admits("attribute", key, utf8Length(key), valueBytes)) write(this, key, value);
  }

  /** Counts an item of the user's against the span's limit; false, and a warning on the span, once it is crossed. */
  #admits(kind: "attribute" | "exception", name: string, keyBytes: number, valueBytes: number): boolean {
    if (this.#bytes > MAX_SPAN_BYTES) return false;
    this.#bytes += keyBytes + valueBytes;
    if (this.#bytes <= MAX_SPAN_BYTES) return true;
    const nameBytes = utf8Length(name);
    const shown = nameBytes > 64 ? `"${cutUtf8(name, 64)}..." (key length ${nameBytes})` : `"${name}"`;
    const message = `exceeded span data limit while trying to record ${kind} ${shown} of size ${valueBytes}`;
    write(this, "cloudflare.warning.type", "span_data_limit_exceeded");
    write(this, "cloudflare.warning.message", message);
    return false;
  }

  static {
    endOf = (span) => span.#end;
    close = (span, time) => {
      span.#end = time;
    };
    write = (span, key, value) => {
      span.#lastAttribute = { key, value, previous: span.#lastAttribute };
    };
    writeEvent = (span, event) => {
      if (span.#events === undefined) span.#events = [event];
      else if (span.#events.length < MAX_EVENTS) span.#events.push(event);
      else span.#droppedEvents++;
    };
    writeStatus = (span, status) => {
      span.#status = status;
    };
    record = (span) => ({
      index: span.#index,
      parentIndex: span.#parentIndex,
      name: span.#name,
      kind: span.#kind,
      start: span.#start,
      end: span.#end,
      attributes: flatten(span.#lastAttribute),
      events: span.#events ?? NO_EVENTS,
      droppedEvents: span.#droppedEvents,
      status: span.#status,
    });
    invocationOf = (span) => span.#invocation;
    indexOf = (span) => span.#index;
    markOperation = (span) => {
      span.#joined = false;
    };
    join = (span, name) => {
      if (span.#joined === undefined || span.#name !== name || !Number.isNaN(span.#end)) return false;
      span.#joined = true;
      return true;
    };
    isJoined = (span) => span.#joined === true;
  }
}

/** Opens a span in `invocation`, which must be sampled. The only place where a recording span comes to be. */
export function openSpan(
  invocation: Invocation,
  index: number,
  parentIndex: number,
  name: string,
  kind: SpanKind,
): Span {
  return new Span(
    construct,
    invocation,
    index,
    parentIndex,
    cutUtf8(name, MAX_NAME_BYTES),
    kind,
    invocation.now(),
    Number.NaN,
  );
}

/** A span that records nothing: the root of an unsampled invocation, or what callbacks get outside of any. */
export function silentSpan(invocation?: Invocation, index = 0): Span {
  return new Span(construct, invocation, index, -1, "", INTERNAL, 0, 0);
}

/** Ends an open span, the root included. The only place where a span ends. */
export function closeSpan(span: Span): void {
  const invocation = invocationOf(span);
  if (Number.isNaN(endOf(span)) && invocation !== undefined) close(span, invocation.now());
}

/** Marks an open span as failed by `error`, which is recorded on the innermost span that it crosses. */
export function failSpan(span: Span, error: unknown): void {
  if (!Number.isNaN(endOf(span))) return;
  const invocation = invocationOf(span) as Invocation;
  const described = describeException(error) ?? { type: typeof error, message: safeText(error) };
  writeStatus(span, { code: "error", message: described.message });
  if (invocation.markReported(error)) writeEvent(span, exceptionEvent(described, invocation.now()));
}

export {
  endOf,
  indexOf,
  invocationOf,
  isJoined,
  join,
  markOperation,
  record as recordOf,
  write as writeAttribute,
  writeStatus,
};

function flatten(last: Attribute | undefined): FlatAttributes {
  const flat: FlatAttributes = [];
  for (let attribute = last; attribute !== undefined; attribute = attribute.previous) {
    flat.push(attribute.value, attribute.key);
  }
  return flat.reverse();
}

function toAttributeValue(value: unknown): string | number | boolean {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  if (typeof value === "bigint")
    throw new TypeError("A span attribute cannot be a BigInt; pass a number or a string");
  return toText(value);
}

function safeText(value: unknown): string {
  try {
    return String(value);
  } catch {
    return "";
  }
}
