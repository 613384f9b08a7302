// A span as the program holds it: a handle on a row of its invocation's table, which alone knows anything of it. The
// functions below the class are what the core opens, ends and annotates spans with.
import type { Exception, SpanContext, SpanStatus } from "./api.ts";
import { cutException, describeException, exceptionEvent } from "./exception.ts";
import type { Invocation } from "./invocation.ts";
import { MAX_NAME_BYTES, MAX_SPAN_BYTES } from "./limits.ts";
import { bytesOfValue, mostBytesOf } from "./span-bytes.ts";
import type { AttributeValue } from "./span-record.ts";
import type { SpanTable } from "./span-table.ts";
import { lookNative } from "./stand-in.ts";
import { cutUtf8, safeText, toText, utf8Length } from "./text.ts";

const construct = Symbol("construct");

// The module's own access to a span's private fields, set from inside the class.
let invocationOf: (span: Span) => Invocation | undefined;
let indexOf: (span: Span) => number;

export class Span {
  /** Undefined for the one span that stands in outside of every invocation. */
  readonly #invocation: Invocation | undefined;
  /** The row in the invocation's table; the root's is 0, also for the stand-in of an unsampled invocation. */
  readonly #index: number;

  constructor(token: symbol, invocation: Invocation | undefined, index: number) {
    if (token !== construct) {
      throw new TypeError("Illegal constructor: tracing makes spans");
    }
    this.#invocation = invocation;
    this.#index = index;
  }

  get isTraced(): boolean {
    return this.#invocation?.isOpen(this.#index) === true;
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

  setAttribute(key: string, value: boolean | number | string | undefined): this {
    // biome-ignore lint/complexity/noArguments: a rest parameter is an array made on every call
    if (arguments.length === 0) requireArgument([], "a key and a value");
    const text = toText(key);
    if (value !== undefined) this.#set(text, toAttributeValue(value));
    return this;
  }

  setAttributes(attributes: Record<string, boolean | number | string | undefined>): this {
    if (Object(attributes) !== attributes || Array.isArray(attributes)) {
      throw new TypeError("setAttributes takes an object whose entries are attributes");
    }
    // All or nothing: every value is converted, which may throw, before the first one is set.
    const converted: [key: string, value: string | number | boolean][] = [];
    for (const key of Object.keys(attributes)) {
      const value = attributes[key];
      if (value !== undefined) converted.push([key, toAttributeValue(value)]);
    }
    if (recording(this)) for (const [key, value] of converted) this.#set(key, value);
    return this;
  }

  recordException(...args: [exception?: Exception]): void {
    // Any value is an exception, undefined too, but there must be one.
    requireArgument(args, "an exception");
    const [exception] = args;
    const invocation = this.#invocation;
    if (!invocation?.isOpen(this.#index)) return;
    const described = describeException(exception);
    if (described === undefined) return;
    const { type, message, stack } = described;
    const bytes = utf8Length(type) + utf8Length(message) + utf8Length(stack ?? "");
    if (!admits(invocation, this.#index, "exception", type, 0, bytes)) return;
    invocation.markReported(exception, this.#index);
    invocation.spans.addEvent(this.#index, exceptionEvent(described, invocation.now()));
  }

  updateName(...args: [name?: string]): this {
    // Any value is a name, undefined too, but there must be one.
    requireArgument(args, "a name");
    const name = cutUtf8(toText(args[0]), MAX_NAME_BYTES);
    recording(this)?.rename(this.#index, name);
    return this;
  }

  setStatus(status: SpanStatus): this {
    const code = toText(status?.code);
    if (code !== "unset" && code !== "ok" && code !== "error") {
      throw new TypeError(`A span's status code is "unset", "ok" or "error", not ${JSON.stringify(code)}`);
    }
    const message = status.message === undefined ? undefined : toText(status.message);
    writeStatus(this, code === "error" && message !== undefined ? { code, message } : { code });
    return this;
  }

  end(): void {
    // The root span stands for the whole invocation, which alone ends it.
    if (this.#index !== 0) closeSpan(this);
  }

  #set(key: string, value: string | number | boolean): void {
    const invocation = this.#invocation;
    if (!invocation?.isOpen(this.#index)) return;
    if (admitsAttribute(invocation, this.#index, key, value)) {
      invocation.spans.setCounted(this.#index, key, value);
    }
  }

  static {
    invocationOf = (span) => span.#invocation;
    indexOf = (span) => span.#index;
    lookNative(Span, "Span");
  }
}

export { indexOf, invocationOf };

export function requireArgument({ length }: { length: number }, what: string): void {
  if (length === 0) throw new TypeError(`An argument is missing: this takes ${what}`);
}

/** The handle of a row, or of the stand-in for a root that is not recorded, or, without an invocation, of nothing. */
export function spanHandle(invocation?: Invocation, index = 0): Span {
  return new Span(construct, invocation, index);
}

/** As `admits`, for an attribute; to be set with `setCounted`. Its bytes are not counted while they cannot matter. */
export function admitsAttribute(
  invocation: Invocation,
  index: number,
  key: string,
  value: AttributeValue,
): boolean {
  const { spans } = invocation;
  if (!invocation.isFull && spans.addUncounted(index, mostBytesOf(key, value), MAX_SPAN_BYTES)) return true;
  return admitsExactly(invocation, index, "attribute", key, utf8Length(key), bytesOfValue(value));
}

/** Counts what the user adds to a span against its limit; false, and a warning on the span, once it is crossed. */
export function admits(
  invocation: Invocation,
  index: number,
  kind: "exception" | "event" | "link",
  name: string,
  keyBytes: number,
  valueBytes: number,
): boolean {
  if (!invocation.isFull && invocation.spans.addOther(index, keyBytes + valueBytes, MAX_SPAN_BYTES))
    return true;
  return admitsExactly(invocation, index, kind, name, keyBytes, valueBytes);
}

function admitsExactly(
  invocation: Invocation,
  index: number,
  kind: "attribute" | "exception" | "event" | "link",
  name: string,
  keyBytes: number,
  valueBytes: number,
): boolean {
  const { spans } = invocation;
  if (spans.bytesOf(index) > MAX_SPAN_BYTES) return false;
  if (invocation.isFull) {
    spans.drop(
      index,
      kind === "attribute" ? "droppedAttributes" : kind === "link" ? "droppedLinks" : "droppedEvents",
    );
    return false;
  }
  if (spans.addBytes(index, keyBytes + valueBytes) <= MAX_SPAN_BYTES) return true;
  const nameBytes = utf8Length(name);
  const shown = nameBytes > 64 ? `"${cutUtf8(name, 64)}..." (key length ${nameBytes})` : `"${name}"`;
  const message = `exceeded span data limit while trying to record ${kind} ${shown} of size ${valueBytes}`;
  spans.setAttribute(index, "cloudflare.warning.type", "span_data_limit_exceeded");
  spans.setAttribute(index, "cloudflare.warning.message", message);
  return false;
}

/** The table that a span still records in. */
function recording(span: Span): SpanTable | undefined {
  const invocation = invocationOf(span);
  return invocation?.isOpen(indexOf(span)) ? invocation.spans : undefined;
}

/** Ends an open span, the root included. */
export function closeSpan(span: Span): void {
  recording(span)?.close(indexOf(span), (invocationOf(span) as Invocation).now());
}

/** Marks an open span as failed by `error`, which is recorded on the innermost span that it crosses. */
export function failSpan(span: Span, error: unknown): void {
  const invocation = invocationOf(span) as Invocation;
  const spans = recording(span);
  if (spans === undefined) return;
  const index = indexOf(span);
  const described = cutException(
    describeException(error) ?? { type: typeof error, message: safeText(error, "") },
  );
  const { code, message } = spans.statusOf(index);
  // What the program itself has said went wrong says more.
  if (code !== "error" || !message) spans.setStatus(index, { code: "error", message: described.message });
  if (invocation.markReported(error, index))
    spans.addEvent(index, exceptionEvent(described, invocation.now()));
}

/** Sets an attribute of ours, which counts against no limit of the user's. */
export function writeAttribute(span: Span, key: string, value: AttributeValue): void {
  recording(span)?.setAttribute(indexOf(span), key, value);
}

export function writeStatus(span: Span, status: SpanStatus): void {
  recording(span)?.setStatus(indexOf(span), status);
}

function toAttributeValue(value: unknown): string | number | boolean {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  if (typeof value === "bigint") {
    throw new TypeError("A span attribute cannot be a BigInt; pass a number or a string");
  }
  return toText(value);
}
