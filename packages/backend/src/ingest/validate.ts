// Looks at each record of a decoded request: what cannot be stored is refused alone and counted, the rest goes on. This
// is what OTLP calls partial success.

import {
  type LogRecord,
  type LogsData,
  type PartialSuccess,
  SPAN_WORD,
  SPAN_WORDS,
  type SpanTable,
} from "@enterspan/otlp";
import { ALL_TIME } from "../store/filter.ts";
import type { LogGroup, WriteRequest } from "../store/store.ts";

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

/** Marks what is refused in the table itself. */
export function validateTraces(spans: SpanTable): Validated {
  const refusals = new Refusals("span");
  for (let row = 0; row < spans.rows; row++) {
    const at = row * SPAN_WORDS;
    const fault = faultOfSpan(spans.words, at);
    if (fault === undefined) refusals.passed();
    else {
      refusals.add(fault, spans.textAt(at + SPAN_WORD.name));
      spans.refused.add(row);
    }
  }
  return refusals.result({ spans, logs: [] });
}

function faultOfSpan(words: Uint32Array, at: number): string | undefined {
  if (isZeroAt(words, at + SPAN_WORD.traceId, 4)) return "has no trace id";
  if (isZeroAt(words, at + SPAN_WORD.spanId, 2)) return "has no span id";
  if (isTooLate(words, at + SPAN_WORD.start) || isTooLate(words, at + SPAN_WORD.end)) return TOO_LATE;
  return undefined;
}

function isZeroAt(words: Uint32Array, at: number, count: number): boolean {
  for (let word = at; word < at + count; word++) if (words[word] !== 0) return false;
  return true;
}

const LIMIT_LOW = Number(TIME_LIMIT & 0xffffffffn);
const LIMIT_HIGH = Number(TIME_LIMIT >> 32n);

function isTooLate(words: Uint32Array, at: number): boolean {
  const high = words[at + 1] as number;
  return high > LIMIT_HIGH || (high === LIMIT_HIGH && (words[at] as number) >= LIMIT_LOW);
}

export function validateLogs(data: LogsData): Validated {
  const refusals = new Refusals("log record");
  const logs: LogGroup[] = [];
  for (const { resource, schemaUrl: resourceSchemaUrl, scopeLogs } of data.resourceLogs) {
    for (const { scope, schemaUrl: scopeSchemaUrl, logRecords } of scopeLogs) {
      const kept = logRecords.filter((log) => {
        const fault = faultOfLog(log);
        if (fault === undefined) refusals.passed();
        else refusals.add(fault, log.eventName);
        return fault === undefined;
      });
      for (const log of kept) {
        if (isZero(log.traceId)) log.traceId = "";
        if (isZero(log.spanId)) log.spanId = "";
      }
      if (kept.length) logs.push({ resource, resourceSchemaUrl, scope, scopeSchemaUrl, logs: kept });
    }
  }
  return refusals.result({ logs });
}

/** Why a log cannot be stored, if so. */
export function faultOfLog(log: LogRecord): string | undefined {
  return log.timeUnixNano >= TIME_LIMIT || log.observedTimeUnixNano >= TIME_LIMIT ? TOO_LATE : undefined;
}

/** Metrics are understood and not kept; saying so once a request keeps senders from trying again. */
export function dropMetrics(dataPoints: number): Validated {
  const request = { logs: [] };
  if (dataPoints === 0) return { request, accepted: 0 };
  const message = `${dataPoints} data points dropped: this server keeps traces and logs, no metrics.`;
  return { request, accepted: 0, partial: { rejected: dataPoints, message } };
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

  passed(): void {
    this.#seen++;
  }

  add(fault: string, name: string): void {
    this.#seen++;
    this.#refused++;
    const reason = this.#reasons.get(fault);
    if (reason) reason.count++;
    else this.#reasons.set(fault, { count: 1, example: name });
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
