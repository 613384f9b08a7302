// A log record as a row of the `logs` table, and back. OTLP gives logs no id, so a row carries a digest of its content
// and its number among equal records of one request: the same request sent again makes the same pairs.

import { BIGINT, INTEGER, LIST, listValue, UBIGINT, UINTEGER, UUID, VARCHAR } from "@duckdb/node-api";
import { type LogRecord, plainOf } from "@enterspan/otlp";
import type { Column } from "./append.ts";
import { hexOfSpanId, hexOfUuid, spanIdOf, uuidOf } from "./hex.ts";
import type { KeyDictionary, KeyDraft, StoredAttributes, TextList } from "./key-dictionary.ts";
import { digestOf } from "./origins.ts";
import { attributesOf, VALUES } from "./selected-attributes.ts";
import { fromStored, type StoredType, type StoredValue, textBytes, toStored } from "./stored-value.ts";

export interface LogRow {
  log: LogRecord;
  /** The record's time, else when it was observed, else when it arrived: what lists order by. */
  atUnixNano: bigint;
  body: StoredValue;
  /** The body as people read it, where its stored text is not that already. */
  message: string | null;
  attributes: StoredAttributes;
  resourceId: number;
  scopeId: number;
  digest: string;
  occurrence: number;
}

/** What makes two reports of a log the same one: its content and its number among its equals. */
export const logIdentity = (digest: string, occurrence: number) => `${digest}${occurrence}`;

/** The same as an `EventPosition` has it. */
export const logKey = (digest: string, occurrence: number) => `${digest}-${occurrence}`;

/** `arrivedUnixNano` stands in for a record without any time; such a record is stored again when it is sent again. */
export function logRow(
  log: LogRecord,
  keys: KeyDraft,
  resourceId: number,
  scopeId: number,
  arrivedUnixNano: bigint,
): LogRow {
  const attributes = keys.encode("log", log.attributes);
  const body = toStored(log.body);
  const content = [
    String(log.timeUnixNano),
    String(log.observedTimeUnixNano),
    log.traceId,
    log.spanId,
    log.severityNumber,
    log.severityText,
    body.type,
    body.text,
    log.eventName,
    log.flags,
    attributes.ids,
    attributes.values,
    log.droppedAttributesCount,
    resourceId,
    scopeId,
  ];
  return {
    log,
    atUnixNano: log.timeUnixNano || log.observedTimeUnixNano || arrivedUnixNano,
    body,
    message: "arrayValue" in log.body || "kvlistValue" in log.body ? JSON.stringify(plainOf(log.body)) : null,
    attributes,
    resourceId,
    scopeId,
    digest: digestOf(JSON.stringify(content)),
    occurrence: 0,
  };
}

/** Bytes of the fixed columns; texts add their length, each value 4 for its key. */
const FIXED_BYTES = 100;

/** What the row takes before compression: about the UTF-8 of its texts. */
export function logBytes({ log, body, message, attributes }: LogRow): number {
  let size =
    FIXED_BYTES +
    textBytes(body.text) +
    textBytes(message ?? "") +
    log.severityText.length +
    log.eventName.length;
  for (const value of attributes.values) size += textBytes(value) + 4;
  return size;
}

export const LOG_COLUMNS: ReadonlyArray<Column<LogRow>> = [
  { type: BIGINT, of: (row) => row.atUnixNano },
  { type: BIGINT, of: (row) => row.log.timeUnixNano },
  { type: BIGINT, of: (row) => row.log.observedTimeUnixNano },
  { type: UUID, of: (row) => (row.log.traceId === "" ? null : uuidOf(row.log.traceId)) },
  { type: UBIGINT, of: (row) => spanIdOf(row.log.spanId) },
  { type: INTEGER, of: (row) => row.log.severityNumber },
  { type: VARCHAR, of: (row) => row.log.severityText },
  { type: VARCHAR, of: (row) => row.body.type },
  { type: VARCHAR, of: (row) => row.body.text },
  { type: VARCHAR, of: (row) => row.message },
  { type: VARCHAR, of: (row) => row.log.eventName },
  { type: UINTEGER, of: (row) => row.log.flags },
  { type: LIST(UINTEGER), of: (row) => listValue(row.attributes.ids) },
  { type: LIST(VARCHAR), of: (row) => listValue(row.attributes.values) },
  { type: UINTEGER, of: (row) => row.log.droppedAttributesCount },
  { type: UINTEGER, of: (row) => row.resourceId },
  { type: UINTEGER, of: (row) => row.scopeId },
  { type: UUID, of: (row) => uuidOf(row.digest) },
  { type: UINTEGER, of: (row) => row.occurrence },
  { type: UINTEGER, of: logBytes },
];

/** Everything of a log, for a FROM clause that names the table `e`; its attributes as in `VALUES`. */
export const LOG_SELECT = `e.at_unix_nano, e.time_unix_nano, e.observed_unix_nano, e.trace_id::VARCHAR AS trace_id, e.span_id,
  e.severity_number, e.severity_text, e.body_type, e.body, e.event_name, e.flags,
  to_json(e.attribute_ids)::VARCHAR AS attribute_ids, ${VALUES},
  e.dropped_attributes, e.resource_id, e.scope_id, e.digest::VARCHAR AS digest, e.occurrence`;

/** A row of `LOG_SELECT`. */
export interface SelectedLog {
  at_unix_nano: bigint;
  time_unix_nano: bigint;
  observed_unix_nano: bigint;
  trace_id: string | null;
  span_id: bigint;
  severity_number: number;
  severity_text: string;
  body_type: StoredType;
  body: string;
  event_name: string;
  flags: number;
  attribute_ids: string;
  attribute_values: string | null;
  long_values: TextList | null;
  dropped_attributes: number;
  resource_id: number;
  scope_id: number;
  digest: string;
  occurrence: number;
}

export function logOf(row: SelectedLog, keys: KeyDictionary): LogRecord {
  return {
    timeUnixNano: row.time_unix_nano,
    observedTimeUnixNano: row.observed_unix_nano,
    severityNumber: row.severity_number,
    severityText: row.severity_text,
    body: fromStored(row.body_type, row.body),
    attributes: keys.decode(attributesOf(row)),
    droppedAttributesCount: row.dropped_attributes,
    flags: row.flags,
    traceId: row.trace_id === null ? "" : hexOfUuid(row.trace_id),
    spanId: hexOfSpanId(row.span_id),
    eventName: row.event_name,
  };
}
