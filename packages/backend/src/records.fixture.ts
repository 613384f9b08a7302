// Spans, logs and requests for tests, with every field that a test does not care about filled in.

import { randomBytes } from "node:crypto";
import type { KeyValue, LogRecord, LogsData, Span, TracesData } from "@enterspan/otlp";
import { spanTableOf } from "../../otlp/src/table/from-messages.fixture.ts";
import type { WriteRequest } from "./store/store.ts";

export const newTraceId = () => randomBytes(16).toString("hex");
export const newSpanId = () => randomBytes(8).toString("hex");

/** A moment all tests share: 2026-01-01T00:00:00Z. */
export const EPOCH = 1_767_225_600_000_000_000n;
export const MILLI = 1_000_000n;

/** Attributes from plain values; whole numbers become integers. */
export function attributesOf(values: Record<string, string | number | boolean>): KeyValue[] {
  return Object.entries(values).map(([key, value]) => {
    if (typeof value === "string") return { key, value: { stringValue: value } };
    if (typeof value === "boolean") return { key, value: { boolValue: value } };
    return { key, value: Number.isInteger(value) ? { intValue: BigInt(value) } : { doubleValue: value } };
  });
}

/** One millisecond long at EPOCH, in a trace of its own, unless said otherwise. */
export function newSpan(fields: Partial<Span> = {}): Span {
  return {
    traceId: newTraceId(),
    spanId: newSpanId(),
    parentSpanId: "",
    traceState: "",
    flags: 0,
    name: "work",
    kind: 1,
    startTimeUnixNano: EPOCH,
    endTimeUnixNano: (fields.startTimeUnixNano ?? EPOCH) + MILLI,
    attributes: [],
    droppedAttributesCount: 0,
    events: [],
    droppedEventsCount: 0,
    links: [],
    droppedLinksCount: 0,
    status: { code: 0, message: "" },
    ...fields,
  };
}

export function newLog(fields: Partial<LogRecord> = {}): LogRecord {
  return {
    timeUnixNano: EPOCH,
    observedTimeUnixNano: EPOCH,
    severityNumber: 9,
    severityText: "INFO",
    body: { stringValue: "hello" },
    attributes: [],
    droppedAttributesCount: 0,
    flags: 0,
    traceId: "",
    spanId: "",
    eventName: "",
    ...fields,
  };
}

const resourceOf = (service: string) => ({
  attributes: attributesOf(service ? { "service.name": service } : {}),
  droppedAttributesCount: 0,
});
const scope = { name: "test", version: "1", attributes: [], droppedAttributesCount: 0 };

export function traces(spans: Span[], service = "shop"): TracesData {
  return {
    resourceSpans: [
      { resource: resourceOf(service), scopeSpans: [{ scope, spans, schemaUrl: "" }], schemaUrl: "" },
    ],
  };
}

export function logs(logRecords: LogRecord[], service = "shop"): LogsData {
  return {
    resourceLogs: [
      { resource: resourceOf(service), scopeLogs: [{ scope, logRecords, schemaUrl: "" }], schemaUrl: "" },
    ],
  };
}

/** What ingest hands to a store. */
export function request(records: { spans?: Span[]; logs?: LogRecord[]; service?: string }): WriteRequest {
  const resource = resourceOf(records.service ?? "shop");
  const origin = { resource, resourceSchemaUrl: "", scope, scopeSchemaUrl: "" };
  return {
    ...(records.spans && { spans: spanTableOf(traces(records.spans, records.service)) }),
    logs: records.logs ? [{ ...origin, logs: records.logs }] : [],
  };
}
