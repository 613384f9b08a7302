// The short names that a search has for fields of events. A key that is none of them is a telemetry key (`$metadata.…`,
// `$workers.…`) or an attribute's.

import { EVENT_TYPE } from "../../store/event-type.ts";
import type { EventField } from "../../store/filter.ts";
import { fieldOf } from "../fields.ts";

export interface SearchField {
  readonly field: EventField;
  /** Under which the telemetry API has the field; `status` and `kind` are not in it. */
  readonly key?: string;
  readonly about: string;
  /** Where only these values exist: as typed, and as stored. */
  readonly choices?: Readonly<Record<string, string>>;
}

const telemetry = (key: string) => ({ key, field: fieldOf(key) });
const same = (...values: string[]) => Object.fromEntries(values.map((value) => [value, value]));

export const SEARCH_FIELDS: ReadonlyMap<string, SearchField> = new Map(
  Object.entries({
    service: { ...telemetry("$metadata.service"), about: "service.name of the resource" },
    name: { ...telemetry("$metadata.spanName"), about: "name of a span" },
    duration: { ...telemetry("$metadata.duration"), about: "of a span, such as 100ms" },
    status: {
      field: { property: "status" },
      about: "of a span",
      choices: same("error", "ok", "unset"),
    },
    kind: {
      field: { property: "kind" },
      about: "of a span",
      choices: same("internal", "server", "client", "producer", "consumer", "unspecified"),
    },
    type: { ...telemetry("$metadata.type"), about: "span or log", choices: { ...EVENT_TYPE } },
    level: {
      ...telemetry("$metadata.level"),
      about: "of a log, such as warn; error for a span that failed",
    },
    message: { ...telemetry("$metadata.message"), about: "body of a log" },
    error: { ...telemetry("$metadata.error"), about: "message of an error" },
    trigger: { ...telemetry("$metadata.trigger"), about: "what was asked for, such as GET /orders" },
    code: { ...telemetry("$metadata.statusCode"), about: "HTTP status of the response" },
    outcome: { ...telemetry("$workers.outcome"), about: "of an invocation, such as ok or exception" },
    trace: { ...telemetry("$metadata.traceId"), about: "id of the trace" },
    span: { ...telemetry("$metadata.spanId"), about: "id of the span" },
    parent: { ...telemetry("$metadata.parentSpanId"), about: "id of the parent span" },
    start: { ...telemetry("$metadata.startTime"), about: "of a span, such as 2026-01-31T12:00Z" },
    end: { ...telemetry("$metadata.endTime"), about: "of a span" },
    timestamp: { ...telemetry("timestamp"), about: "of a span or log" },
  } satisfies Record<string, SearchField>),
);

/** What a key of a search means. Never fails: a key nobody has stored is a field that no event has. */
export function searchField(key: string, isQuoted: boolean): SearchField {
  const known = isQuoted ? undefined : SEARCH_FIELDS.get(key);
  return known ?? { ...telemetry(key), about: "attribute" };
}

const NUMBERS: ReadonlySet<string> = new Set(["durationMs", "startMs", "endMs", "timestampMs"]);

/** Whether the field has only numbers, so that its values cannot be compared as text. */
export const isNumber = (field: EventField): boolean => "property" in field && NUMBERS.has(field.property);

/** Fields whose stored texts are all in lower case. */
const LOWER_CASE: ReadonlySet<string> = new Set(["level", "traceId", "spanId", "parentSpanId"]);

export const isLowerCase = (field: EventField): boolean =>
  "property" in field && LOWER_CASE.has(field.property);
