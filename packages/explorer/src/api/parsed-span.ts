// A span of an answer that was parsed as a whole. For answers of some megabytes the engine's own parser, which is compiled
// already, is faster than the first walk over their bytes.
import type { WireKeyValue, WireSpan, WireSpanEvent, WireSpanLink } from "@enterspan/backend/contract";
import { DecodedSpan, SHOWN_LENGTHS, STATUSES } from "./decode-span.ts";
import { wireText } from "./decode-value.ts";
import { type WireTime, wireTimeOfText } from "./wire-time.ts";

export class ParsedSpan extends DecodedSpan {
  readonly source: WireSpan;
  readonly wireStart: WireTime;
  protected readonly wireEnd: WireTime;

  constructor(wire: WireSpan) {
    super();
    this.source = wire;
    this.wireStart = wireTimeOfText(wire.startTimeUnixNano);
    this.wireEnd = wireTimeOfText(wire.endTimeUnixNano);
    this.spanId = wire.spanId;
    this.parentSpanId = wire.parentSpanId;
    this.name = wire.name;
    this.wireKind = wire.kind;
    this.status = STATUSES[wire.status.code] ?? "unset";
    this.statusMessage = wire.status.message;
    this.droppedAttributes = wire.droppedAttributesCount;
    this.droppedEvents = wire.droppedEventsCount;
    this.droppedLinks = wire.droppedLinksCount;
    this.resourceIndex = wire.resource;
    this.scopeIndex = wire.scope;
    for (const attribute of wire.attributes) {
      if (SHOWN_LENGTHS.has(attribute.key.length)) {
        this.takeShown(attribute.key, () => wireText(attribute.value));
      }
    }
    this.nameIt();
  }

  protected get wireAttributes(): readonly WireKeyValue[] {
    return this.source.attributes;
  }
  protected get wireEvents(): readonly WireSpanEvent[] {
    return this.source.events;
  }
  protected get wireLinks(): readonly WireSpanLink[] {
    return this.source.links;
  }
  anyAttribute(test: (key: string, text: string) => boolean): boolean {
    return this.source.attributes.some(({ key, value }) => test(key, wireText(value)));
  }
}
