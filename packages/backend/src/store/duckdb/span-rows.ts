// A span as a row of the `spans` table: which column holds what, and back. Events and links are OTLP/JSON text, since
// they are read with their span or not at all; the message of an error is lifted out of them for filters and lists.

import {
  BIGINT,
  type DuckDBUUIDValue,
  INTEGER,
  LIST,
  listValue,
  UBIGINT,
  UINTEGER,
  UUID,
  VARCHAR,
} from "@duckdb/node-api";
import { eventFromJson, eventToJson, linkFromJson, linkToJson, type Span, StatusCode } from "@enterspan/otlp";
import type { Column } from "./append.ts";
import { hexOfSpanId, hexOfUuid, spanIdOf, uuidOf } from "./hex.ts";
import type { KeyDictionary, KeyDraft, StoredAttributes, TextList } from "./key-dictionary.ts";
import { attributesOf, VALUES } from "./selected-attributes.ts";
import { textBytes } from "./stored-value.ts";

export interface SpanRow {
  span: Span;
  /** See `spanIdentity`. */
  identity: string;
  traceId: DuckDBUUIDValue;
  spanId: bigint;
  attributes: StoredAttributes;
  events: string | null;
  links: string | null;
  error: string | null;
  resourceId: number;
  scopeId: number;
}

/** What makes two reports of a span the same one: trace id, span id and start. */
export const spanIdentity = (traceId: string, spanId: string, start: bigint) => `${traceId}${spanId}${start}`;

export function spanRow(
  span: Span,
  identity: string,
  keys: KeyDraft,
  resourceId: number,
  scopeId: number,
): SpanRow {
  return {
    span,
    identity,
    traceId: uuidOf(span.traceId),
    spanId: spanIdOf(span.spanId),
    attributes: keys.encode("span", span.attributes),
    events: span.events.length ? JSON.stringify(span.events.map(eventToJson)) : null,
    links: span.links.length ? JSON.stringify(span.links.map(linkToJson)) : null,
    error: errorOf(span),
    resourceId,
    scopeId,
  };
}

/** What went wrong in a span whose status is error: its message, else the last exception's. */
function errorOf(span: Span): string | null {
  if (span.status.code !== StatusCode.ERROR) return null;
  if (span.status.message) return span.status.message;
  const exception = span.events.findLast((event) => event.name === "exception");
  for (const wanted of ["exception.message", "exception.type"]) {
    const value = exception?.attributes.find(({ key }) => key === wanted)?.value;
    if (value && "stringValue" in value && value.stringValue) return value.stringValue;
  }
  return "error";
}

/** Bytes of the fixed columns; texts add their length, each value 4 for its key. */
const FIXED_BYTES = 96;

/** What the row takes before compression: about the UTF-8 of its texts. */
export function spanBytes({ span, attributes, events, links, error }: SpanRow): number {
  let size = FIXED_BYTES + textBytes(span.name) + textBytes(span.traceState) + textBytes(span.status.message);
  size += textBytes(events ?? "") + textBytes(links ?? "") + textBytes(error ?? "");
  for (const value of attributes.values) size += textBytes(value) + 4;
  return size;
}

export const SPAN_COLUMNS: ReadonlyArray<Column<SpanRow>> = [
  { type: UUID, of: (row) => row.traceId },
  { type: UBIGINT, of: (row) => row.spanId },
  { type: UBIGINT, of: (row) => spanIdOf(row.span.parentSpanId) },
  { type: VARCHAR, of: (row) => row.span.traceState },
  { type: UINTEGER, of: (row) => row.span.flags },
  { type: VARCHAR, of: (row) => row.span.name },
  { type: INTEGER, of: (row) => row.span.kind },
  { type: BIGINT, of: (row) => row.span.startTimeUnixNano },
  { type: BIGINT, of: (row) => row.span.endTimeUnixNano },
  { type: LIST(UINTEGER), of: (row) => listValue(row.attributes.ids) },
  { type: LIST(VARCHAR), of: (row) => listValue(row.attributes.values) },
  { type: UINTEGER, of: (row) => row.span.droppedAttributesCount },
  { type: VARCHAR, of: (row) => row.events },
  { type: UINTEGER, of: (row) => row.span.droppedEventsCount },
  { type: VARCHAR, of: (row) => row.links },
  { type: UINTEGER, of: (row) => row.span.droppedLinksCount },
  { type: INTEGER, of: (row) => row.span.status.code },
  { type: VARCHAR, of: (row) => row.span.status.message },
  { type: VARCHAR, of: (row) => row.error },
  { type: UINTEGER, of: (row) => row.resourceId },
  { type: UINTEGER, of: (row) => row.scopeId },
  { type: UINTEGER, of: spanBytes },
];

/** Everything of a span, for a FROM clause that names the table `e`; its attributes as in `VALUES`. */
export const SPAN_SELECT = `e.trace_id::VARCHAR AS trace_id, e.span_id, e.parent_span_id, e.trace_state, e.flags, e.name, e.kind,
  e.start_unix_nano, e.end_unix_nano, to_json(e.attribute_ids)::VARCHAR AS attribute_ids,
  ${VALUES}, e.dropped_attributes, e.events, e.dropped_events, e.links,
  e.dropped_links, e.status_code, e.status_message, e.error, e.resource_id, e.scope_id`;

/** A row of `SPAN_SELECT`. */
export interface SelectedSpan {
  trace_id: string;
  span_id: bigint;
  parent_span_id: bigint;
  trace_state: string;
  flags: number;
  name: string;
  kind: number;
  start_unix_nano: bigint;
  end_unix_nano: bigint;
  attribute_ids: string;
  attribute_values: string | null;
  long_values: TextList | null;
  dropped_attributes: number;
  events: string | null;
  dropped_events: number;
  links: string | null;
  dropped_links: number;
  status_code: number;
  status_message: string;
  error: string | null;
  resource_id: number;
  scope_id: number;
}

export function spanOf(row: SelectedSpan, keys: KeyDictionary): Span {
  return {
    traceId: hexOfUuid(row.trace_id),
    spanId: hexOfSpanId(row.span_id),
    parentSpanId: hexOfSpanId(row.parent_span_id),
    traceState: row.trace_state,
    flags: row.flags,
    name: row.name,
    kind: row.kind,
    startTimeUnixNano: row.start_unix_nano,
    endTimeUnixNano: row.end_unix_nano,
    attributes: keys.decode(attributesOf(row)),
    droppedAttributesCount: row.dropped_attributes,
    events: row.events === null ? [] : (JSON.parse(row.events) as JsonMessage[]).map(eventFromJson),
    droppedEventsCount: row.dropped_events,
    links: row.links === null ? [] : (JSON.parse(row.links) as JsonMessage[]).map(linkFromJson),
    droppedLinksCount: row.dropped_links,
    status: { code: row.status_code, message: row.status_message },
  };
}

type JsonMessage = Parameters<typeof eventFromJson>[0];
