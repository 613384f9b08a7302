// A row of the `spans` table back as a span; span-chunks.ts is the way in. Events and links are OTLP/JSON text, since they
// are read with their span or not at all; the message of an error is lifted out of them for filters and lists.

import { eventFromJson, linkFromJson, type Span } from "@enterspan/otlp";
import { hexOfSpanId, hexOfUuid } from "./hex.ts";
import type { KeyDictionary, TextList } from "./key-dictionary.ts";
import { attributesOf, VALUES } from "./selected-attributes.ts";

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
