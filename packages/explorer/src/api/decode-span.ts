// One span of the wire → the model's Span. What every row needs is read at once, the rest stays JSON in the answer's
// bytes until a view asks for it, because of 100,000 spans a reader opens a few.
import type { WireKeyValue, WireSpan, WireSpanEvent, WireSpanLink } from "@enterspan/backend/contract";
import type { Attribute, Resource, Scope, Span, SpanEvent, SpanKind, SpanLink } from "../trace/model.ts";
import { type Product, productOf } from "../trace/product.ts";
import { titleOf } from "../trace/span-name.ts";
import { type Nanos, nanos, type UnixNanos } from "../trace/time.ts";
import { valueLine } from "../trace/value-text.ts";
import { decodeAttributes, decodeValue } from "./decode-value.ts";
import type { Interner } from "./interner.ts";
import { JsonCursor } from "./json-cursor.ts";
import { isBefore, isUnset, nanosBetween, readWireTime, unixNanosOf, type WireTime } from "./wire-time.ts";

const KINDS: readonly SpanKind[] = ["unspecified", "internal", "server", "client", "producer", "consumer"];
const STATUSES = ["unset", "ok", "error"] as const;
const UNSET: WireTime = { seconds: 0, nanoseconds: 0 };
const EMPTY_ARRAY_BYTES = 2;
const NOWHERE = -1;
/** Of the keys that `#readAttributes` looks for: nine attributes of ten are told by their key's length not to be among them. */
const SHOWN_LENGTHS: ReadonlySet<number> = new Set(
  [
    "faas.trigger",
    "cloudflare.handler_type",
    "enterspan.unfinished",
    "enterspan.dropped_spans",
    "enterspan.dropped_logs",
    "http.request.method",
    "url.path",
  ].map(({ length }) => length),
);

/** What a span takes from its surroundings, known when all spans have been read. */
export interface SpanContext {
  readonly key: string;
  /** Absolute start of the trace, from which offsets count. */
  readonly origin: WireTime;
  readonly resource: Resource;
  readonly scope: Scope;
}

/** Where the cursor stands, and how to read what stands there. */
export interface SpanReader {
  readonly cursor: JsonCursor;
  readonly texts: Interner;
}

export class DecodedSpan implements Span {
  key = "";
  // No integers until they are known: an engine that had taken them for small ones would have to remake every span.
  start: Nanos = nanos(Number.NaN);
  duration: Nanos = nanos(Number.NaN);
  isEndMissing = false;
  isUnfinished = false;
  readonly product: Product;
  readonly title: string;
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
  readonly #reader: SpanReader;
  readonly #from: number;
  readonly #to: number;
  #startAt = NOWHERE;
  #endAt = NOWHERE;
  #kind = 0;
  #attributesAt = NOWHERE;
  #eventsAt = NOWHERE;
  #linksAt = NOWHERE;
  #isInvocation = false;
  #method: string | undefined;
  #path: string | undefined;
  #attributes: readonly Attribute[] | undefined;
  #events: readonly SpanEvent[] | undefined;

  /** Reads the span at the cursor. It is complete once it has been told its surroundings (`place`). */
  constructor(reader: SpanReader) {
    const { cursor, texts } = reader;
    this.#reader = reader;
    this.#from = cursor.at;
    cursor.enterObject();
    while (cursor.nextMember()) this.#readField(texts.text(cursor.keyStart, cursor.keyEnd), reader);
    this.#to = cursor.at;
    this.product = productOf(this.name, this.#isInvocation);
    this.title = titleOf(this.name, this.#method, this.#path);
  }

  place({ key, origin, resource, scope }: SpanContext): void {
    const wireStart = this.wireStart;
    const start = isUnset(wireStart) ? origin : wireStart;
    const end = this.#wireEnd;
    this.key = key;
    this.resource = resource;
    this.scope = scope;
    // A start of 0 is OTLP's "not set"; it is drawn where the trace begins.
    this.start = nanosBetween(origin, start);
    this.isEndMissing = isUnset(wireStart) || isBefore(end, start);
    this.duration = this.isEndMissing ? nanos(0) : nanosBetween(start, end);
  }

  /** Read anew each time: a hundred thousand of them kept would be more to collect than they are to read. */
  get wireStart(): WireTime {
    return this.#timeAt(this.#startAt);
  }
  get #wireEnd(): WireTime {
    return this.#timeAt(this.#endAt);
  }
  get traceId(): string {
    return this.source.traceId;
  }
  get kind(): SpanKind {
    return KINDS[this.#kind] ?? "unspecified";
  }
  get startUnixNano(): UnixNanos {
    return unixNanosOf(this.wireStart);
  }
  get endUnixNano(): UnixNanos {
    return unixNanosOf(this.#wireEnd);
  }
  get service(): string {
    return this.resource.service;
  }
  get source(): WireSpan {
    return this.#reader.cursor.parse(this.#from, this.#to) as WireSpan;
  }
  get attributes(): readonly Attribute[] {
    this.#attributes ??= decodeAttributes(this.#read<WireKeyValue>(this.#attributesAt));
    return this.#attributes;
  }
  anyAttribute(test: (key: string, text: string) => boolean): boolean {
    if (this.#attributesAt === NOWHERE) return false;
    const { cursor, texts } = this.#reader;
    const attribute = new JsonCursor(cursor.bytes, this.#attributesAt);
    attribute.enterArray();
    while (attribute.nextElement()) {
      const { keyStart, keyEnd, valueAt } = locateAttribute(attribute);
      if (test(texts.text(keyStart, keyEnd), textAt(attribute, texts, valueAt))) return true;
    }
    return false;
  }
  get events(): readonly SpanEvent[] {
    this.#events ??= this.#decodeEvents();
    return this.#events;
  }
  get links(): readonly SpanLink[] {
    return this.#read<WireSpanLink>(this.#linksAt).map(({ traceId, spanId, attributes }) => ({
      traceId,
      spanId,
      attributes: decodeAttributes(attributes),
    }));
  }

  #readField(name: string, { cursor, texts }: SpanReader): void {
    switch (name) {
      case "spanId":
        this.spanId = cursor.readString();
        break;
      case "parentSpanId":
        this.parentSpanId = texts.text(cursor.skipString() + 1, cursor.at - 1);
        break;
      case "name":
        this.name = texts.text(cursor.skipString() + 1, cursor.at - 1);
        break;
      case "kind":
        this.#kind = cursor.readNumber();
        break;
      case "startTimeUnixNano":
        this.#startAt = cursor.skipString();
        break;
      case "endTimeUnixNano":
        this.#endAt = cursor.skipString();
        break;
      case "attributes":
        this.#attributesAt = cursor.at;
        this.#readAttributes(cursor, texts);
        break;
      case "events":
        this.#eventsAt = skipArray(cursor);
        break;
      case "links":
        this.#linksAt = skipArray(cursor);
        break;
      case "status":
        this.#readStatus(cursor, texts);
        break;
      case "droppedAttributesCount":
        this.droppedAttributes = cursor.readNumber();
        break;
      case "droppedEventsCount":
        this.droppedEvents = cursor.readNumber();
        break;
      case "droppedLinksCount":
        this.droppedLinks = cursor.readNumber();
        break;
      case "resource":
        this.resourceIndex = cursor.readNumber();
        break;
      case "scope":
        this.scopeIndex = cursor.readNumber();
        break;
      default:
        cursor.skipValue();
    }
  }

  /** Looks for the few attributes that rows show something of; all others are left as they are. */
  #readAttributes(cursor: JsonCursor, texts: Interner): void {
    cursor.enterArray();
    while (cursor.nextElement()) {
      const { keyStart, keyEnd, valueAt } = locateAttribute(cursor);
      if (!SHOWN_LENGTHS.has(keyEnd - keyStart)) continue;
      const key = texts.text(keyStart, keyEnd);
      if (key === "faas.trigger" || key === "cloudflare.handler_type") this.#isInvocation = true;
      else if (key === "enterspan.unfinished") this.isUnfinished = textAt(cursor, texts, valueAt) === "true";
      else if (key === "enterspan.dropped_spans") this.droppedSpans = countAt(cursor, texts, valueAt);
      else if (key === "enterspan.dropped_logs") this.droppedLogs = countAt(cursor, texts, valueAt);
      else if (key === "http.request.method") this.#method = textAt(cursor, texts, valueAt);
      else if (key === "url.path") this.#path = textAt(cursor, texts, valueAt);
    }
  }

  #readStatus(cursor: JsonCursor, texts: Interner): void {
    cursor.enterObject();
    while (cursor.nextMember()) {
      const name = texts.text(cursor.keyStart, cursor.keyEnd);
      if (name === "code") this.status = STATUSES[cursor.readNumber()] ?? "unset";
      else if (name === "message") this.statusMessage = texts.text(cursor.skipString() + 1, cursor.at - 1);
      else cursor.skipValue();
    }
  }

  #timeAt(at: number): WireTime {
    return at === NOWHERE ? UNSET : readWireTime(this.#reader.cursor.bytes, at);
  }

  #read<Wire>(at: number): readonly Wire[] {
    if (at === NOWHERE) return [];
    return new JsonCursor(this.#reader.cursor.bytes, at).readValue() as Wire[];
  }

  /** In order of time: markers and the panel rely on it, senders need not have sent them so. */
  #decodeEvents(): SpanEvent[] {
    const decode = (event: WireSpanEvent): SpanEvent => ({
      time: nanos(this.start + Number(BigInt(event.timeUnixNano) - this.startUnixNano)),
      name: event.name,
      attributes: decodeAttributes(event.attributes),
      droppedAttributes: event.droppedAttributesCount,
    });
    return this.#read<WireSpanEvent>(this.#eventsAt)
      .map(decode)
      .sort((a, b) => a.time - b.time);
  }
}

interface AttributePlace {
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly valueAt: number;
}

/** Goes over the attribute at the cursor, in whichever order its two members are. */
function locateAttribute(cursor: JsonCursor): AttributePlace {
  let keyStart = 0;
  let keyEnd = 0;
  let valueAt = NOWHERE;
  cursor.enterObject();
  while (cursor.nextMember()) {
    const isKey = cursor.keyEnd - cursor.keyStart === "key".length;
    if (isKey) {
      keyStart = cursor.skipString() + 1;
      keyEnd = cursor.at - 1;
    } else valueAt = cursor.skipValue();
  }
  return { keyStart, keyEnd, valueAt };
}

/** Where the array lies that is skipped; nowhere for an empty one. */
function skipArray(cursor: JsonCursor): number {
  const start = cursor.skipValue();
  return cursor.at - start > EMPTY_ARRAY_BYTES ? start : NOWHERE;
}

/** 0 where the value is no number. */
const countAt = (cursor: JsonCursor, texts: Interner, at: number): number =>
  Number(textAt(cursor, texts, at)) || 0;

/** The value that lies there as one line of text: strings, which most are, without decoding more than they say. */
function textAt({ bytes }: JsonCursor, texts: Interner, at: number): string {
  if (at === NOWHERE) return "";
  const value = new JsonCursor(bytes, at);
  value.enterObject();
  if (value.nextMember() && texts.text(value.keyStart, value.keyEnd) === "stringValue")
    return value.readString();
  return valueLine(decodeValue(new JsonCursor(bytes, at).readValue() as WireKeyValue["value"]));
}
