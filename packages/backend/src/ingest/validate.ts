// Looks at each record of a decoded request: what cannot be stored is refused alone and counted, the rest goes on. This
// is what OTLP calls partial success.

import type { LogRecord, LogsData, PartialSuccess, Span, TracesData } from "@enterspan/otlp";
import { ALL_TIME } from "../store/filter.ts";
import type { LogGroup, SpanGroup, WriteRequest } from "../store/store.ts";

export interface Validated {
  request: WriteRequest;
  /** Records in `request`. */
  accepted: number;
  /** Present when something was refused. */
  partial?: PartialSuccess;
}

const TIME_LIMIT = ALL_TIME.toUnixNano;
const TOO_LATE = "has a time after 2262-04-11";

const isZero = (id: string) => /^0*$/.test(id);

export function validateTraces(data: TracesData): Validated {
  const refusals = new Refusals("span");
  const spans: SpanGroup[] = [];
  for (const { resource, schemaUrl: resourceSchemaUrl, scopeSpans } of data.resourceSpans) {
    for (const { scope, schemaUrl: scopeSchemaUrl, spans: sent } of scopeSpans) {
      const kept = sent.filter((span) => refusals.pass(faultOfSpan(span), span.name));
      for (const span of kept) if (isZero(span.parentSpanId)) span.parentSpanId = "";
      if (kept.length) spans.push({ resource, resourceSchemaUrl, scope, scopeSchemaUrl, spans: kept });
    }
  }
  return refusals.result({ spans, logs: [] });
}

function faultOfSpan(span: Span): string | undefined {
  if (isZero(span.traceId)) return "has no trace id";
  if (isZero(span.spanId)) return "has no span id";
  if (span.startTimeUnixNano >= TIME_LIMIT || span.endTimeUnixNano >= TIME_LIMIT) return TOO_LATE;
  return undefined;
}

export function validateLogs(data: LogsData): Validated {
  const refusals = new Refusals("log record");
  const logs: LogGroup[] = [];
  for (const { resource, schemaUrl: resourceSchemaUrl, scopeLogs } of data.resourceLogs) {
    for (const { scope, schemaUrl: scopeSchemaUrl, logRecords } of scopeLogs) {
      const kept = logRecords.filter((log) => refusals.pass(faultOfLog(log), log.eventName));
      for (const log of kept) {
        if (isZero(log.traceId)) log.traceId = "";
        if (isZero(log.spanId)) log.spanId = "";
      }
      if (kept.length) logs.push({ resource, resourceSchemaUrl, scope, scopeSchemaUrl, logs: kept });
    }
  }
  return refusals.result({ spans: [], logs });
}

function faultOfLog(log: LogRecord): string | undefined {
  return log.timeUnixNano >= TIME_LIMIT || log.observedTimeUnixNano >= TIME_LIMIT ? TOO_LATE : undefined;
}

/** Counts by reason, so that a thousand equal faults make one short message. */
class Refusals {
  readonly #what: string;
  readonly #reasons = new Map<string, { count: number; example: string }>();
  #seen = 0;
  #refused = 0;

  constructor(what: string) {
    this.#what = what;
  }

  pass(fault: string | undefined, name: string): boolean {
    this.#seen++;
    if (fault === undefined) return true;
    this.#refused++;
    const reason = this.#reasons.get(fault);
    if (reason) reason.count++;
    else this.#reasons.set(fault, { count: 1, example: name });
    return false;
  }

  result(request: WriteRequest): Validated {
    const accepted = this.#seen - this.#refused;
    if (this.#refused === 0) return { request, accepted };
    const reasons = [...this.#reasons].map(
      ([fault, { count, example }]) =>
        `${count} × ${fault}${example && `, such as "${example.slice(0, 64)}"`}`,
    );
    const message = `${this.#refused} of ${this.#seen} ${this.#what}s refused, the rest is stored: ${reasons.join("; ")}`;
    return { request, accepted, partial: { rejected: this.#refused, message } };
  }
}
