// One span of the wire → the model's Span, whichever way it was read: where it stands in its trace, and what is decoded
// once a view asks for it, because of 100,000 spans a reader opens a few. span-in-bytes.ts and parsed-span.ts read it.
import type { WireKeyValue, WireSpan, WireSpanEvent, WireSpanLink } from "@enterspan/backend/contract";
import type { Attribute, Resource, Scope, Span, SpanEvent, SpanKind, SpanLink } from "../trace/model.ts";
import { type Product, productOf } from "../trace/product.ts";
import { titleOf } from "../trace/span-name.ts";
import { type Nanos, nanos, type UnixNanos } from "../trace/time.ts";
import { decodeAttributes } from "./decode-value.ts";
import { isBefore, isUnset, nanosBetween, unixNanosOf, type WireTime } from "./wire-time.ts";

const KINDS: readonly SpanKind[] = ["unspecified", "internal", "server", "client", "producer", "consumer"];
export const STATUSES = ["unset", "ok", "error"] as const;
const NOWHERE = -1;
const SHOWN_KEYS = [
  "faas.trigger",
  "cloudflare.handler_type",
  "enterspan.unfinished",
  "enterspan.dropped_spans",
  "enterspan.dropped_logs",
  "http.request.method",
  "url.path",
];
/** Nine attributes of ten are told by their key's length not to be among those that rows show something of. */
export const SHOWN_LENGTHS: ReadonlySet<number> = new Set(SHOWN_KEYS.map(({ length }) => length));

/** What a span takes from its surroundings, known when all spans have been read. */
export interface SpanContext {
  readonly key: string;
  /** Absolute start of the trace, from which offsets count. */
  readonly origin: WireTime;
  readonly resource: Resource;
  readonly scope: Scope;
}

/** It is complete once it has been told its surroundings (`place`). */
export abstract class DecodedSpan implements Span {
  key = "";
  // No integers until they are known: an engine that had taken them for small ones would have to remake every span.
  start: Nanos = nanos(Number.NaN);
  duration: Nanos = nanos(Number.NaN);
  isEndMissing = false;
  isUnfinished = false;
  product: Product = "Custom";
  title = "";
  spanId = "";
  parentSpanId = "";
  name = "";
  status: Span["status"] = "unset";
  statusMessage = "";
  droppedAttributes = 0;
  droppedEvents = 0;
  droppedLinks = 0;
  droppedSpans = 0;
  droppedLogs = 0;
  resource!: Resource;
  scope!: Scope;
  /** Indexes into the answer's `resources` and `scopes`. */
  resourceIndex = NOWHERE;
  scopeIndex = NOWHERE;
  protected wireKind = 0;
  #isInvocation = false;
  #method: string | undefined;
  #path: string | undefined;
  #attributes: readonly Attribute[] | undefined;
  #events: readonly SpanEvent[] | undefined;

  /** The span as it came. */
  abstract get source(): WireSpan;
  abstract get wireStart(): WireTime;
  protected abstract get wireEnd(): WireTime;
  protected abstract get wireAttributes(): readonly WireKeyValue[];
  protected abstract get wireEvents(): readonly WireSpanEvent[];
  protected abstract get wireLinks(): readonly WireSpanLink[];
  abstract anyAttribute(test: (key: string, text: string) => boolean): boolean;

  place({ key, origin, resource, scope }: SpanContext): void {
    const wireStart = this.wireStart;
    const start = isUnset(wireStart) ? origin : wireStart;
    const end = this.wireEnd;
    this.key = key;
    this.resource = resource;
    this.scope = scope;
    // A start of 0 is OTLP's "not set"; it is drawn where the trace begins.
    this.start = nanosBetween(origin, start);
    this.isEndMissing = isUnset(wireStart) || isBefore(end, start);
    this.duration = this.isEndMissing ? nanos(0) : nanosBetween(start, end);
  }

  /** Takes what rows show of an attribute. Behind the last one comes `nameIt`. */
  protected takeShown(key: string, text: () => string): void {
    if (key === "faas.trigger" || key === "cloudflare.handler_type") this.#isInvocation = true;
    else if (key === "enterspan.unfinished") this.isUnfinished = text() === "true";
    // 0 where the value is no number.
    else if (key === "enterspan.dropped_spans") this.droppedSpans = Number(text()) || 0;
    else if (key === "enterspan.dropped_logs") this.droppedLogs = Number(text()) || 0;
    else if (key === "http.request.method") this.#method = text();
    else if (key === "url.path") this.#path = text();
  }
  protected nameIt(): void {
    this.product = productOf(this.name, this.#isInvocation);
    this.title = titleOf(this.name, this.#method, this.#path);
  }

  get traceId(): string {
    return this.source.traceId;
  }
  get kind(): SpanKind {
    return KINDS[this.wireKind] ?? "unspecified";
  }
  get startUnixNano(): UnixNanos {
    return unixNanosOf(this.wireStart);
  }
  get endUnixNano(): UnixNanos {
    return unixNanosOf(this.wireEnd);
  }
  get service(): string {
    return this.resource.service;
  }
  get attributes(): readonly Attribute[] {
    this.#attributes ??= decodeAttributes(this.wireAttributes);
    return this.#attributes;
  }
  get events(): readonly SpanEvent[] {
    this.#events ??= this.#decodeEvents();
    return this.#events;
  }
  get links(): readonly SpanLink[] {
    return this.wireLinks.map(({ traceId, spanId, attributes }) => ({
      traceId,
      spanId,
      attributes: decodeAttributes(attributes),
    }));
  }

  /** In order of time: markers and the panel rely on it, senders need not have sent them so. */
  #decodeEvents(): SpanEvent[] {
    const decode = (event: WireSpanEvent): SpanEvent => ({
      time: nanos(this.start + Number(BigInt(event.timeUnixNano) - this.startUnixNano)),
      name: event.name,
      attributes: decodeAttributes(event.attributes),
      droppedAttributes: event.droppedAttributesCount,
    });
    return this.wireEvents.map(decode).sort((a, b) => a.time - b.time);
  }
}
