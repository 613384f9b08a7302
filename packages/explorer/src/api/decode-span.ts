// One span of the wire → the model's Span. What every row needs is read at once; attributes, events and links only
// when a span is opened, because of 100,000 spans a reader opens a few.
import type { WireSpan, WireSpanEvent } from "@enterspan/backend/contract";
import type { Attribute, Resource, Scope, Span, SpanEvent, SpanKind, SpanLink } from "../trace/model.ts";
import { type Product, productOf } from "../trace/product.ts";
import { titleOf } from "../trace/span-name.ts";
import { type Nanos, nanos, type UnixNanos, unixNanos } from "../trace/time.ts";
import { valueLine } from "../trace/value-text.ts";
import { decodeAttributes, decodeValue } from "./decode-value.ts";

const KINDS: readonly SpanKind[] = ["unspecified", "internal", "server", "client", "producer", "consumer"];
const STATUSES = ["unset", "ok", "error"] as const;

/** What a span takes from its surroundings. */
export interface SpanContext {
  readonly key: string;
  /** Absolute start of the trace, from which offsets count. */
  readonly origin: bigint;
  readonly start: bigint;
  readonly resource: Resource;
  readonly scope: Scope;
}

export class DecodedSpan implements Span {
  readonly key: string;
  readonly start: Nanos;
  readonly duration: Nanos;
  readonly isEndMissing: boolean;
  readonly isUnfinished: boolean;
  readonly product: Product;
  readonly title: string;
  readonly resource: Resource;
  readonly scope: Scope;
  readonly source: WireSpan;
  #attributes: readonly Attribute[] | undefined;
  #events: readonly SpanEvent[] | undefined;

  constructor(wire: WireSpan, context: SpanContext) {
    const end = BigInt(wire.endTimeUnixNano);
    this.key = context.key;
    this.source = wire;
    this.resource = context.resource;
    this.scope = context.scope;
    // A start of 0 is OTLP's "not set"; it is drawn where the trace begins.
    this.start = nanos(Math.max(0, Number(context.start - context.origin)));
    this.isEndMissing = end < context.start || context.start === 0n;
    this.duration = nanos(this.isEndMissing ? 0 : Number(end - context.start));
    let isUnfinished = false;
    let isInvocation = false;
    let method: string | undefined;
    let path: string | undefined;
    for (const { key, value } of wire.attributes) {
      if (key === "enterspan.unfinished") isUnfinished = "boolValue" in value && value.boolValue === true;
      else if (key === "faas.trigger" || key === "cloudflare.handler_type") isInvocation = true;
      else if (key === "http.request.method" && "stringValue" in value) method = value.stringValue as string;
      else if (key === "url.path" && "stringValue" in value) path = value.stringValue as string;
    }
    this.isUnfinished = isUnfinished;
    this.product = productOf(wire.name, isInvocation);
    this.title = titleOf(wire.name, method, path);
  }

  get traceId(): string {
    return this.source.traceId;
  }
  get spanId(): string {
    return this.source.spanId;
  }
  get parentSpanId(): string {
    return this.source.parentSpanId;
  }
  get name(): string {
    return this.source.name;
  }
  get kind(): SpanKind {
    return KINDS[this.source.kind] ?? "unspecified";
  }
  get startUnixNano(): UnixNanos {
    return unixNanos(BigInt(this.source.startTimeUnixNano));
  }
  get endUnixNano(): UnixNanos {
    return unixNanos(BigInt(this.source.endTimeUnixNano));
  }
  get status(): Span["status"] {
    return STATUSES[this.source.status.code] ?? "unset";
  }
  get statusMessage(): string {
    return this.source.status.message;
  }
  get service(): string {
    return this.resource.service;
  }
  get droppedAttributes(): number {
    return this.source.droppedAttributesCount;
  }
  get droppedEvents(): number {
    return this.source.droppedEventsCount;
  }
  get droppedLinks(): number {
    return this.source.droppedLinksCount;
  }
  get attributes(): readonly Attribute[] {
    this.#attributes ??= decodeAttributes(this.source.attributes);
    return this.#attributes;
  }
  anyAttribute(test: (key: string, text: string) => boolean): boolean {
    return this.source.attributes.some(({ key, value }) =>
      test(key, "stringValue" in value ? value.stringValue : valueLine(decodeValue(value))),
    );
  }
  get events(): readonly SpanEvent[] {
    this.#events ??= this.#decodeEvents();
    return this.#events;
  }
  get links(): readonly SpanLink[] {
    return this.source.links.map(({ traceId, spanId, attributes }) => ({
      traceId,
      spanId,
      attributes: decodeAttributes(attributes),
    }));
  }

  /** In order of time: markers and the panel rely on it, senders need not have sent them so. */
  #decodeEvents(): SpanEvent[] {
    const start = BigInt(this.source.startTimeUnixNano);
    const decode = (event: WireSpanEvent): SpanEvent => ({
      time: nanos(this.start + Number(BigInt(event.timeUnixNano) - start)),
      name: event.name,
      attributes: decodeAttributes(event.attributes),
      droppedAttributes: event.droppedAttributesCount,
    });
    return this.source.events.map(decode).sort((a, b) => a.time - b.time);
  }
}
