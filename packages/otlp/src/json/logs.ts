// Logs to and from OTLP/JSON: the body of `/v1/logs`. Values, resources and scopes come from values.ts.

import type { LogRecord, LogsData, ScopeLogs } from "../types.ts";
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
  valueFromJson,
  valueToJson,
} from "./values.ts";

/** The body of `POST /v1/logs` with `content-type: application/json`. */
export function encodeLogsJson(data: LogsData): string {
  return JSON.stringify({
    resourceLogs: data.resourceLogs.map((group) => ({
      resource: resourceToJson(group.resource),
      scopeLogs: group.scopeLogs.map(scopeLogsToJson),
      ...(group.schemaUrl && { schemaUrl: group.schemaUrl }),
    })),
  });
}

function scopeLogsToJson(group: ScopeLogs): object {
  return {
    scope: scopeToJson(group.scope),
    logRecords: group.logRecords.map(logToJson),
    ...(group.schemaUrl && { schemaUrl: group.schemaUrl }),
  };
}

function logToJson(log: LogRecord): object {
  return {
    timeUnixNano: String(log.timeUnixNano),
    observedTimeUnixNano: String(log.observedTimeUnixNano),
    severityNumber: log.severityNumber,
    ...(log.severityText && { severityText: log.severityText }),
    body: valueToJson(log.body),
    ...(log.attributes.length && { attributes: keyValuesToJson(log.attributes) }),
    ...(log.droppedAttributesCount && { droppedAttributesCount: log.droppedAttributesCount }),
    ...(log.flags && { flags: log.flags }),
    ...(log.traceId && { traceId: log.traceId }),
    ...(log.spanId && { spanId: log.spanId }),
    ...(log.eventName && { eventName: log.eventName }),
  };
}

/** @throws OtlpDecodeError for anything that is not a well-formed message. */
export function decodeLogsJson(input: string | Uint8Array): LogsData {
  return {
    resourceLogs: list(parse(input), "resourceLogs", (group) => ({
      resource: message(group, "resource", resourceFromJson),
      scopeLogs: list(group, "scopeLogs", scopeLogsFromJson),
      schemaUrl: string(group, "schemaUrl"),
    })),
  };
}

function scopeLogsFromJson(group: JsonObject): ScopeLogs {
  return {
    scope: message(group, "scope", scopeFromJson),
    logRecords: list(group, "logRecords", logFromJson),
    schemaUrl: string(group, "schemaUrl"),
  };
}

/** OTLP names 24 severities: each of six levels, then the level with 2, 3 and 4 behind it. */
const SEVERITIES: Readonly<Record<string, number>> = Object.fromEntries([
  ["SEVERITY_NUMBER_UNSPECIFIED", 0],
  ...["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"].flatMap((level, index) =>
    ["", "2", "3", "4"].map((step, offset) => [`SEVERITY_NUMBER_${level}${step}`, index * 4 + offset + 1]),
  ),
]);

function logFromJson(from: JsonObject): LogRecord {
  return {
    timeUnixNano: integer64(from, "timeUnixNano", "uint64"),
    observedTimeUnixNano: integer64(from, "observedTimeUnixNano", "uint64"),
    severityNumber: enumeration(from, "severityNumber", SEVERITIES),
    severityText: string(from, "severityText"),
    body: message(from, "body", (body) => valueFromJson(body)),
    attributes: attributesFrom(from),
    droppedAttributesCount: uint32(from, "droppedAttributesCount"),
    flags: uint32(from, "flags"),
    traceId: hexId(from, "traceId", 32),
    spanId: hexId(from, "spanId", 16),
    eventName: string(from, "eventName"),
  };
}
