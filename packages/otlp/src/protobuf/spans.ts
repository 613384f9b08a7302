// Traces to and from OTLP's protobuf: the body of `/v1/traces` with `application/x-protobuf`. Field numbers are those
// of opentelemetry/proto/trace/v1/trace.proto; the comment on each case names the field.

import type { ResourceSpans, ScopeSpans, Span, SpanEvent, SpanLink, Status, TracesData } from "../types.ts";
import { ProtobufReader } from "./reader.ts";
import {
  emptyResource,
  emptyScope,
  readKeyValue,
  readResource,
  readScope,
  writeKeyValues,
  writeResource,
  writeScope,
} from "./values.ts";
import { ProtobufWriter } from "./writer.ts";

export function encodeTracesProtobuf(data: TracesData): Uint8Array {
  const writer = new ProtobufWriter();
  for (const group of data.resourceSpans) {
    writer.message(10, () => {
      writer.message(10, () => writeResource(writer, group.resource));
      for (const scoped of group.scopeSpans) writer.message(18, () => writeScopeSpans(writer, scoped));
      writer.string(26, group.schemaUrl);
    });
  }
  return writer.finish();
}

function writeScopeSpans(writer: ProtobufWriter, group: ScopeSpans): void {
  writer.message(10, () => writeScope(writer, group.scope));
  for (const span of group.spans) writer.message(18, () => writeSpan(writer, span));
  writer.string(26, group.schemaUrl);
}

function writeSpan(writer: ProtobufWriter, span: Span): void {
  writer.id(10, span.traceId);
  writer.id(18, span.spanId);
  writer.string(26, span.traceState);
  writer.id(34, span.parentSpanId);
  writer.string(42, span.name);
  writer.int32(48, span.kind);
  writer.fixed64(57, span.startTimeUnixNano);
  writer.fixed64(65, span.endTimeUnixNano);
  writeKeyValues(writer, 74, span.attributes);
  writer.uint32(80, span.droppedAttributesCount);
  for (const event of span.events) writer.message(90, () => writeEvent(writer, event));
  writer.uint32(96, span.droppedEventsCount);
  for (const link of span.links) writer.message(106, () => writeLink(writer, link));
  writer.uint32(112, span.droppedLinksCount);
  const { code, message } = span.status;
  if (code !== 0 || message !== "") {
    writer.message(122, () => {
      writer.string(18, message);
      writer.int32(24, code);
    });
  }
  writer.fixed32(133, span.flags);
}

function writeEvent(writer: ProtobufWriter, event: SpanEvent): void {
  writer.fixed64(9, event.timeUnixNano);
  writer.string(18, event.name);
  writeKeyValues(writer, 26, event.attributes);
  writer.uint32(32, event.droppedAttributesCount);
}

function writeLink(writer: ProtobufWriter, link: SpanLink): void {
  writer.id(10, link.traceId);
  writer.id(18, link.spanId);
  writer.string(26, link.traceState);
  writeKeyValues(writer, 34, link.attributes);
  writer.uint32(40, link.droppedAttributesCount);
  writer.fixed32(53, link.flags);
}

/**
 * Reads TracesData or ExportTraceServiceRequest, which have the same bytes. Unknown fields are skipped; ids must be of
 * their full length or empty; text must be UTF-8.
 *
 * @throws OtlpDecodeError with the byte offset for anything else.
 */
export function decodeTracesProtobuf(bytes: Uint8Array): TracesData {
  const reader = new ProtobufReader(bytes);
  const data: TracesData = { resourceSpans: [] };
  while (reader.more()) {
    const tag = reader.tag();
    if (tag === 10) data.resourceSpans.push(readResourceSpans(reader));
    else reader.skip(tag);
  }
  return data;
}

function readResourceSpans(reader: ProtobufReader): ResourceSpans {
  const group: ResourceSpans = { resource: emptyResource(), scopeSpans: [], schemaUrl: "" };
  const outer = reader.enterElement();
  while (reader.more()) {
    const tag = reader.tag();
    if (tag === 10) readResource(reader, group.resource);
    else if (tag === 18) group.scopeSpans.push(readScopeSpans(reader));
    else if (tag === 26) group.schemaUrl = reader.string();
    else reader.skip(tag);
  }
  reader.leave(outer);
  return group;
}

function readScopeSpans(reader: ProtobufReader): ScopeSpans {
  const group: ScopeSpans = { scope: emptyScope(), spans: [], schemaUrl: "" };
  const outer = reader.enterElement();
  while (reader.more()) {
    const tag = reader.tag();
    if (tag === 10) readScope(reader, group.scope);
    else if (tag === 18) group.spans.push(readSpan(reader));
    else if (tag === 26) group.schemaUrl = reader.string();
    else reader.skip(tag);
  }
  reader.leave(outer);
  return group;
}

function readSpan(reader: ProtobufReader): Span {
  const span: Span = {
    traceId: "",
    spanId: "",
    parentSpanId: "",
    traceState: "",
    flags: 0,
    name: "",
    kind: 0,
    startTimeUnixNano: 0n,
    endTimeUnixNano: 0n,
    attributes: [],
    droppedAttributesCount: 0,
    events: [],
    droppedEventsCount: 0,
    links: [],
    droppedLinksCount: 0,
    status: { code: 0, message: "" },
  };
  const outer = reader.enterElement();
  while (reader.more()) readSpanField(reader, reader.tag(), span);
  reader.leave(outer);
  return span;
}

function readSpanField(reader: ProtobufReader, tag: number, span: Span): void {
  switch (tag) {
    case 10: // trace_id
      span.traceId = reader.id(16);
      return;
    case 18: // span_id
      span.spanId = reader.id(8);
      return;
    case 26: // trace_state
      span.traceState = reader.string();
      return;
    case 34: // parent_span_id
      span.parentSpanId = reader.id(8);
      return;
    case 42: // name
      span.name = reader.string();
      return;
    case 48: // kind
      span.kind = reader.int32();
      return;
    case 57: // start_time_unix_nano
      span.startTimeUnixNano = reader.fixed64();
      return;
    case 65: // end_time_unix_nano
      span.endTimeUnixNano = reader.fixed64();
      return;
    case 74: // attributes
      span.attributes.push(readKeyValue(reader));
      return;
    case 80: // dropped_attributes_count
      span.droppedAttributesCount = reader.uint32();
      return;
    case 90: // events
      span.events.push(readEvent(reader));
      return;
    case 96: // dropped_events_count
      span.droppedEventsCount = reader.uint32();
      return;
    case 106: // links
      span.links.push(readLink(reader));
      return;
    case 112: // dropped_links_count
      span.droppedLinksCount = reader.uint32();
      return;
    case 122: // status
      readStatus(reader, span.status);
      return;
    case 133: // flags
      span.flags = reader.fixed32();
      return;
    default:
      reader.skip(tag);
  }
}

function readStatus(reader: ProtobufReader, status: Status): void {
  const outer = reader.enter();
  while (reader.more()) {
    const tag = reader.tag();
    if (tag === 18) status.message = reader.string();
    else if (tag === 24) status.code = reader.int32();
    else reader.skip(tag);
  }
  reader.leave(outer);
}

export function readEvent(reader: ProtobufReader): SpanEvent {
  const event: SpanEvent = { timeUnixNano: 0n, name: "", attributes: [], droppedAttributesCount: 0 };
  const outer = reader.enterElement();
  while (reader.more()) {
    const tag = reader.tag();
    if (tag === 9) event.timeUnixNano = reader.fixed64();
    else if (tag === 18) event.name = reader.string();
    else if (tag === 26) event.attributes.push(readKeyValue(reader));
    else if (tag === 32) event.droppedAttributesCount = reader.uint32();
    else reader.skip(tag);
  }
  reader.leave(outer);
  return event;
}

export function readLink(reader: ProtobufReader): SpanLink {
  const link: SpanLink = {
    traceId: "",
    spanId: "",
    traceState: "",
    attributes: [],
    droppedAttributesCount: 0,
    flags: 0,
  };
  const outer = reader.enterElement();
  while (reader.more()) {
    const tag = reader.tag();
    if (tag === 10) link.traceId = reader.id(16);
    else if (tag === 18) link.spanId = reader.id(8);
    else if (tag === 26) link.traceState = reader.string();
    else if (tag === 34) link.attributes.push(readKeyValue(reader));
    else if (tag === 40) link.droppedAttributesCount = reader.uint32();
    else if (tag === 53) link.flags = reader.fixed32();
    else reader.skip(tag);
  }
  reader.leave(outer);
  return link;
}
