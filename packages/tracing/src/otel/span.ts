// A span of ours as OpenTelemetry's API sees it. It holds nothing of the span itself: what libraries set through it goes
// into the same row of the invocation's table as what the program sets through `tracing`.
import {
  createTraceState,
  isSpanContextValid,
  type Link,
  type Span as OtelSpan,
  type SpanContext,
  type SpanStatus,
  SpanStatusCode,
  type TraceState,
} from "@opentelemetry/api";
import { describeException, exceptionEvent } from "../exception.ts";
import type { Invocation } from "../invocation.ts";
import { MAX_NAME_BYTES } from "../limits.ts";
import { admits, admitsAttribute, indexOf, type Span } from "../span.ts";
import type { FlatAttributes } from "../span-record.ts";
import { cutUtf8, safeText, utf8Length } from "../text.ts";
import { bytesOfFlat, toFlat, toValue } from "./attributes.ts";
import { isTime, toReading } from "./time.ts";

/** What one of these takes, with the handle that it holds and its scope in the table, in bytes (measured). */
const BRIDGED_BYTES = 200;

/** One for each span, by its index, so that whoever asks for the active span twice gets the same object. */
const bridged = new WeakMap<Invocation, BridgedSpan[]>();

/** @param start the reading that the span starts at, where its starter has given it */
export function otelSpanOf(span: Span, invocation: Invocation, start?: number): BridgedSpan {
  let spans = bridged.get(invocation);
  if (spans === undefined) {
    spans = [];
    bridged.set(invocation, spans);
  }
  const index = indexOf(span);
  let known = spans[index];
  if (known === undefined) {
    known = new BridgedSpan(span, invocation, start ?? invocation.now());
    spans[index] = known;
    if (!invocation.ended) invocation.spans.hold(BRIDGED_BYTES);
  }
  return known;
}

/** The one handle of a span that has been bridged. */
export function knownSpan(invocation: Invocation, index: number): Span | undefined {
  const span = bridged.get(invocation)?.[index];
  return span && BridgedSpan.nativeOf(span);
}

export class BridgedSpan implements OtelSpan {
  readonly #span: Span;
  readonly #invocation: Invocation;
  readonly #index: number;
  /** The start, or for a span that `tracing` or the platform has started the moment we first met it: no end lies before. */
  readonly #earliestEnd: number;
  #context: SpanContext | undefined;
  #isOk = false;

  constructor(span: Span, invocation: Invocation, earliestEnd: number) {
    this.#span = span;
    this.#invocation = invocation;
    this.#index = indexOf(span);
    this.#earliestEnd = earliestEnd;
  }

  spanContext(): SpanContext {
    const { traceState } = this.#invocation;
    this.#context ??= {
      ...this.#span.spanContext(),
      isRemote: false,
      ...(traceState !== "" && { traceState: createTraceState(traceState) }),
    };
    return this.#context;
  }

  isRecording(): boolean {
    return this.#invocation.isOpen(this.#index);
  }

  setAttribute(key: string, value: unknown): this {
    const kept = this.isRecording() ? toValue(value) : undefined;
    if (typeof key !== "string" || key === "" || kept === undefined) return this;
    if (admitsAttribute(this.#invocation, this.#index, key, kept)) {
      this.#invocation.spans.setCounted(this.#index, key, kept);
    }
    return this;
  }

  setAttributes(attributes: Record<string, unknown>): this {
    if (typeof attributes !== "object" || attributes === null) return this;
    for (const key of Object.keys(attributes)) this.setAttribute(key, attributes[key]);
    return this;
  }

  /** Past 128 events the earliest are kept and the rest counted. */
  addEvent(name: string, attributesOrTime?: unknown, time?: unknown): this {
    if (!this.isRecording()) return this;
    const isTimed = isTime(attributesOrTime);
    const attributes = isTimed ? [] : toFlat(attributesOrTime);
    const at = isTimed && !isTime(time) ? attributesOrTime : time;
    this.#addEvent("event", safeText(name, ""), attributes, at);
    return this;
  }

  /** A link to no valid span context tells nothing and is left out. Past 128 links the earliest are kept. */
  addLink(link: Link): this {
    const context = link?.context;
    if (!this.isRecording() || !isValid(context)) return this;
    const attributes = toFlat(link.attributes);
    if (!this.#admits("link", context.spanId, 0, bytesOfFlat(attributes))) return this;
    this.#invocation.spans.addLink(this.#index, {
      traceId: context.traceId.toLowerCase(),
      spanId: context.spanId.toLowerCase(),
      sampled: (context.traceFlags & 1) === 1,
      traceState: serialize(context.traceState),
      attributes,
    });
    return this;
  }

  addLinks(links: Link[]): this {
    for (const link of links) this.addLink(link);
    return this;
  }

  /** OK is final, UNSET changes nothing, and only ERROR has a message. */
  setStatus(status: SpanStatus): this {
    const { code, message } = status;
    if (!this.isRecording() || this.#isOk) return this;
    const { spans } = this.#invocation;
    if (code === SpanStatusCode.OK) {
      this.#isOk = true;
      spans.setStatus(this.#index, { code: "ok" });
    } else if (code === SpanStatusCode.ERROR) {
      spans.setStatus(
        this.#index,
        typeof message === "string" ? { code: "error", message } : { code: "error" },
      );
    }
    return this;
  }

  updateName(name: string): this {
    if (this.isRecording()) {
      this.#invocation.spans.rename(this.#index, cutUtf8(safeText(name, ""), MAX_NAME_BYTES));
    }
    return this;
  }

  recordException(exception: unknown, time?: unknown): void {
    const described = this.isRecording() ? describeException(exception) : undefined;
    if (described === undefined) return;
    const { name, attributes } = exceptionEvent(described, 0);
    if (this.#addEvent("exception", name, attributes, time))
      this.#invocation.markReported(exception, this.#index);
  }

  /** An end before the start is moved up to it. The invocation alone ends its root span. */
  end(endTime?: unknown): void {
    if (this.#index === 0 || !this.isRecording()) return;
    const reading = toReading(endTime, this.#invocation);
    this.#invocation.spans.close(this.#index, Math.max(reading, this.#earliestEnd));
  }

  #addEvent(kind: "event" | "exception", name: string, attributes: FlatAttributes, time: unknown): boolean {
    if (!this.#admits(kind, name, utf8Length(name), bytesOfFlat(attributes))) return false;
    this.#invocation.spans.addEvent(this.#index, {
      time: toReading(time, this.#invocation),
      name,
      attributes,
    });
    return true;
  }

  #admits(kind: "event" | "exception" | "link", name: string, keyBytes: number, valueBytes: number): boolean {
    return admits(this.#invocation, this.#index, kind, name, keyBytes, valueBytes);
  }

  /** The span of ours that `span` stands for; undefined for spans of others. */
  static nativeOf(span: OtelSpan): Span | undefined {
    return typeof span === "object" && #span in span ? span.#span : undefined;
  }
}

/** Its ids go into JSON as they are. */
export function isValid(context: SpanContext | undefined): context is SpanContext {
  return typeof context === "object" && context !== null && isSpanContextValid(context);
}

function serialize(state: TraceState | undefined): string {
  try {
    return state?.serialize() ?? "";
  } catch {
    return "";
  }
}
