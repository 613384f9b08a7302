// From the store's memory form to the wire types of contract.ts: 64-bit numbers become text, values OTLP/JSON.

import { keyValuesToJson, type LogRecord, type Span, valueToJson } from "@enterspan/otlp";
import type { InFlightOverview } from "../in-flight/views.ts";
import type { StoredTrace } from "../store/store.ts";
import type { TraceResponse, TraceSummary, WireLog, WireSpan } from "./contract.ts";

export function wireTrace(traceId: string, trace: StoredTrace): TraceResponse {
  return {
    traceId,
    spans: trace.spans.map(wireSpan),
    logs: trace.logs.map(wireLog),
    resources: trace.resources.map((resource) => ({
      ...resource,
      attributes: keyValuesToJson(resource.attributes),
    })),
    scopes: trace.scopes.map((scope) => ({ ...scope, attributes: keyValuesToJson(scope.attributes) })),
  };
}

function wireSpan(span: Span & { resource: number; scope: number }): WireSpan {
  return {
    ...span,
    startTimeUnixNano: String(span.startTimeUnixNano),
    endTimeUnixNano: String(span.endTimeUnixNano),
    attributes: keyValuesToJson(span.attributes),
    events: span.events.map((event) => ({
      ...event,
      timeUnixNano: String(event.timeUnixNano),
      attributes: keyValuesToJson(event.attributes),
    })),
    links: span.links.map((link) => ({ ...link, attributes: keyValuesToJson(link.attributes) })),
  };
}

function wireLog(log: LogRecord & { resource: number; scope: number }): WireLog {
  return {
    ...log,
    timeUnixNano: String(log.timeUnixNano),
    observedTimeUnixNano: String(log.observedTimeUnixNano),
    body: valueToJson(log.body),
    attributes: keyValuesToJson(log.attributes),
  };
}

export function wireSummary(trace: InFlightOverview): TraceSummary {
  return {
    traceId: trace.traceId,
    rootSpanId: trace.rootSpanId,
    rootName: trace.rootName,
    service: trace.service,
    services: trace.services,
    startTimeUnixNano: String(trace.startTimeUnixNano),
    endTimeUnixNano: String(trace.endTimeUnixNano),
    durationNano: String(trace.endTimeUnixNano - trace.startTimeUnixNano),
    spanCount: trace.spanCount,
    errorCount: trace.errorCount,
    logCount: trace.logCount,
    statusCode: trace.statusCode,
    ...(trace.httpStatusCode !== undefined && { httpStatusCode: trace.httpStatusCode }),
    ...(trace.isInFlight && { isInFlight: true }),
  };
}
