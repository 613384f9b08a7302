// Traces to and from OTLP/JSON: what the tracer posts and what the backend's `/v1/traces` receives. Fields that hold
// their default are left out when encoding, to keep requests small.

import type { ScopeSpans, Span, SpanEvent, SpanLink, TracesData } from "../types.ts";
import {
  enumeration,
  hexId,
  integer64,
  type JsonObject,
  list,
  message,
  parse,
  string,
  uint32,
} from "./read.ts";
import {
  attributesFrom,
  keyValuesToJson,
  resourceFromJson,
  resourceToJson,
  scopeFromJson,
  scopeToJson,
} from "./values.ts";

/** The body of `POST /v1/traces` with `content-type: application/json`. */
export function encodeTracesJson(data: TracesData): string {
  return JSON.stringify({
    resourceSpans: data.resourceSpans.map((group) => ({
      resource: resourceToJson(group.resource),
      scopeSpans: group.scopeSpans.map(scopeSpansToJson),
      ...(group.schemaUrl && { schemaUrl: group.schemaUrl }),
    })),
  });
}

function scopeSpansToJson(group: ScopeSpans): object {
  return {
    scope: scopeToJson(group.scope),
    spans: group.spans.map(spanToJson),
    ...(group.schemaUrl && { schemaUrl: group.schemaUrl }),
  };
}

function spanToJson(span: Span): object {
  const { status } = span;
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    ...(span.parentSpanId && { parentSpanId: span.parentSpanId }),
    ...(span.traceState && { traceState: span.traceState }),
    ...(span.flags && { flags: span.flags }),
    name: span.name,
    kind: span.kind,
    startTimeUnixNano: String(span.startTimeUnixNano),
    endTimeUnixNano: String(span.endTimeUnixNano),
    ...(span.attributes.length && { attributes: keyValuesToJson(span.attributes) }),
    ...(span.droppedAttributesCount && { droppedAttributesCount: span.droppedAttributesCount }),
    ...(span.events.length && { events: span.events.map(eventToJson) }),
    ...(span.droppedEventsCount && { droppedEventsCount: span.droppedEventsCount }),
    ...(span.links.length && { links: span.links.map(linkToJson) }),
    ...(span.droppedLinksCount && { droppedLinksCount: span.droppedLinksCount }),
    ...((status.code || status.message) && {
      status: {
        ...(status.code && { code: status.code }),
        ...(status.message && { message: status.message }),
      },
    }),
  };
}

export function eventToJson(event: SpanEvent): object {
  return {
    timeUnixNano: String(event.timeUnixNano),
    name: event.name,
    ...(event.attributes.length && { attributes: keyValuesToJson(event.attributes) }),
    ...(event.droppedAttributesCount && { droppedAttributesCount: event.droppedAttributesCount }),
  };
}

export function linkToJson(link: SpanLink): object {
  return {
    traceId: link.traceId,
    spanId: link.spanId,
    ...(link.traceState && { traceState: link.traceState }),
    ...(link.attributes.length && { attributes: keyValuesToJson(link.attributes) }),
    ...(link.droppedAttributesCount && { droppedAttributesCount: link.droppedAttributesCount }),
    ...(link.flags && { flags: link.flags }),
  };
}

/**
 * Reads what `encodeTracesJson` and every OTLP/JSON exporter writes. Unknown fields are skipped, missing ones default.
 * Whether ids are present and non-zero is left to the receiver.
 *
 * @throws OtlpDecodeError for anything that is not a well-formed message.
 */
export function decodeTracesJson(input: string | Uint8Array): TracesData {
  return {
    resourceSpans: list(parse(input), "resourceSpans", (group) => ({
      resource: message(group, "resource", resourceFromJson),
      scopeSpans: list(group, "scopeSpans", scopeSpansFromJson),
      schemaUrl: string(group, "schemaUrl"),
    })),
  };
}

function scopeSpansFromJson(group: JsonObject): ScopeSpans {
  return {
    scope: message(group, "scope", scopeFromJson),
    spans: list(group, "spans", spanFromJson),
    schemaUrl: string(group, "schemaUrl"),
  };
}

export const KINDS = {
  SPAN_KIND_UNSPECIFIED: 0,
  SPAN_KIND_INTERNAL: 1,
  SPAN_KIND_SERVER: 2,
  SPAN_KIND_CLIENT: 3,
  SPAN_KIND_PRODUCER: 4,
  SPAN_KIND_CONSUMER: 5,
};
export const STATUS_CODES = { STATUS_CODE_UNSET: 0, STATUS_CODE_OK: 1, STATUS_CODE_ERROR: 2 };

function spanFromJson(from: JsonObject): Span {
  return {
    traceId: hexId(from, "traceId", 32),
    spanId: hexId(from, "spanId", 16),
    parentSpanId: hexId(from, "parentSpanId", 16),
    traceState: string(from, "traceState"),
    flags: uint32(from, "flags"),
    name: string(from, "name"),
    kind: enumeration(from, "kind", KINDS),
    startTimeUnixNano: integer64(from, "startTimeUnixNano", "uint64"),
    endTimeUnixNano: integer64(from, "endTimeUnixNano", "uint64"),
    attributes: attributesFrom(from),
    droppedAttributesCount: uint32(from, "droppedAttributesCount"),
    events: list(from, "events", eventFromJson),
    droppedEventsCount: uint32(from, "droppedEventsCount"),
    links: list(from, "links", linkFromJson),
    droppedLinksCount: uint32(from, "droppedLinksCount"),
    status: message(from, "status", (status) => ({
      code: enumeration(status, "code", STATUS_CODES),
      message: string(status, "message"),
    })),
  };
}

export function eventFromJson(from: JsonObject): SpanEvent {
  return {
    timeUnixNano: integer64(from, "timeUnixNano", "uint64"),
    name: string(from, "name"),
    attributes: attributesFrom(from),
    droppedAttributesCount: uint32(from, "droppedAttributesCount"),
  };
}

export function linkFromJson(from: JsonObject): SpanLink {
  return {
    traceId: hexId(from, "traceId", 32),
    spanId: hexId(from, "spanId", 16),
    traceState: string(from, "traceState"),
    attributes: attributesFrom(from),
    droppedAttributesCount: uint32(from, "droppedAttributesCount"),
    flags: uint32(from, "flags"),
  };
}
