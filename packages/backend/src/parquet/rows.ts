// Exported records as the rows of Parquet files: columns that people query, and the record itself as OTLP/JSON, from which
// an import makes it again.

import {
  decodeLogsJson,
  decodeTracesJson,
  encodeLogsJson,
  encodeTracesJson,
  type KeyValue,
  plainOf,
} from "@enterspan/otlp";
import { serviceOf } from "../store/service-name.ts";

export type ParquetSignal = "traces" | "logs";

/** The columns in order, with DuckDB's types. */
export const COLUMNS: Readonly<Record<ParquetSignal, Readonly<Record<string, string>>>> = {
  traces: {
    trace_id: "VARCHAR",
    span_id: "VARCHAR",
    parent_span_id: "VARCHAR",
    service: "VARCHAR",
    name: "VARCHAR",
    kind: "INTEGER",
    start_unix_nano: "BIGINT",
    end_unix_nano: "BIGINT",
    duration_nano: "BIGINT",
    status_code: "INTEGER",
    status_message: "VARCHAR",
    attributes: "MAP(VARCHAR, VARCHAR)",
    resource: "MAP(VARCHAR, VARCHAR)",
    scope: "VARCHAR",
    otlp: "VARCHAR",
  },
  logs: {
    time_unix_nano: "BIGINT",
    trace_id: "VARCHAR",
    span_id: "VARCHAR",
    service: "VARCHAR",
    severity_number: "INTEGER",
    severity_text: "VARCHAR",
    body: "VARCHAR",
    event_name: "VARCHAR",
    attributes: "MAP(VARCHAR, VARCHAR)",
    resource: "MAP(VARCHAR, VARCHAR)",
    scope: "VARCHAR",
    otlp: "VARCHAR",
  },
};

/** A line of an export as rows, each the JSON of its columns. */
export function rowsOf(signal: ParquetSignal, line: string): string[] {
  return signal === "traces" ? spanRows(line) : logRows(line);
}

function spanRows(line: string): string[] {
  return decodeTracesJson(line).resourceSpans.flatMap(({ resource, schemaUrl, scopeSpans }) =>
    scopeSpans.flatMap((inScope) =>
      inScope.spans.map((span) =>
        JSON.stringify({
          trace_id: span.traceId,
          span_id: span.spanId,
          parent_span_id: span.parentSpanId,
          service: serviceOf(resource),
          name: span.name,
          kind: span.kind,
          start_unix_nano: String(span.startTimeUnixNano),
          end_unix_nano: String(span.endTimeUnixNano),
          duration_nano: String(span.endTimeUnixNano - span.startTimeUnixNano),
          status_code: span.status.code,
          status_message: span.status.message,
          attributes: mapOf(span.attributes),
          resource: mapOf(resource.attributes),
          scope: inScope.scope.name,
          otlp: encodeTracesJson({
            resourceSpans: [{ resource, schemaUrl, scopeSpans: [{ ...inScope, spans: [span] }] }],
          }),
        }),
      ),
    ),
  );
}

function logRows(line: string): string[] {
  return decodeLogsJson(line).resourceLogs.flatMap(({ resource, schemaUrl, scopeLogs }) =>
    scopeLogs.flatMap((inScope) =>
      inScope.logRecords.map((log) =>
        JSON.stringify({
          time_unix_nano: String(log.timeUnixNano || log.observedTimeUnixNano),
          trace_id: log.traceId,
          span_id: log.spanId,
          service: serviceOf(resource),
          severity_number: log.severityNumber,
          severity_text: log.severityText,
          body: textOf(plainOf(log.body)),
          event_name: log.eventName,
          attributes: mapOf(log.attributes),
          resource: mapOf(resource.attributes),
          scope: inScope.scope.name,
          otlp: encodeLogsJson({
            resourceLogs: [{ resource, schemaUrl, scopeLogs: [{ ...inScope, logRecords: [log] }] }],
          }),
        }),
      ),
    ),
  );
}

/** Texts as they are, other values as JSON. Of a key that comes more than once the first counts, as in every query. */
function mapOf(attributes: readonly KeyValue[]): Record<string, string> {
  const map = new Map<string, string>();
  for (const { key, value } of attributes) if (!map.has(key)) map.set(key, textOf(plainOf(value)));
  return Object.fromEntries(map);
}

const textOf = (value: unknown): string =>
  typeof value === "string" ? value : (JSON.stringify(value) ?? "");
