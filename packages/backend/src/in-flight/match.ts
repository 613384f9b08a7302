// Whether a span in flight passes a search: the store's conditions, decided here for what is not in the store. An open span
// has lasted until now.

import { type KeyValue, plainOf, type Resource, type Span } from "@enterspan/otlp";
import { DATASET, EVENT_TYPE } from "../store/event-type.ts";
import type {
  Condition,
  ConditionGroup,
  EventField,
  EventProperty,
  FullText,
  ValueType,
} from "../store/filter.ts";
import { serviceOf } from "../store/service-name.ts";
import { isOpen, type OpenInvocation } from "./in-flight.ts";

type Part = Condition | ConditionGroup | FullText;
type Value = string | number | boolean;

/** Whether any of its spans passes. None does where a pattern decides: the store's run in time, JavaScript's need not. */
export function passes({ groups }: OpenInvocation, where: ConditionGroup, nowUnixNano: bigint): boolean {
  if (hasPattern(where)) return false;
  return groups.some(({ resource, scopeSpans }) =>
    scopeSpans.some(({ spans }) => spans.some((span) => fulfils({ span, resource, nowUnixNano }, where))),
  );
}

const hasPattern = (part: Part): boolean =>
  "combine" in part
    ? part.conditions.some(hasPattern)
    : "needle" in part
      ? part.needle.isRegex
      : part.operation === "regex";

interface Subject {
  span: Span;
  resource: Resource;
  nowUnixNano: bigint;
}

function fulfils(subject: Subject, part: Part): boolean {
  if ("needle" in part) return holds(subject, part);
  if (!("combine" in part)) return isTrue(subject, part);
  const { combine, conditions } = part;
  if (conditions.length === 0) return true;
  if (combine === "all") return conditions.every((one) => fulfils(subject, one));
  return conditions.some((one) => fulfils(subject, one)) === (combine === "any");
}

/** Negative operators are the exact opposites of positive ones, as in the store. */
function isTrue(subject: Subject, part: Condition): boolean {
  const { field } = part;
  switch (part.operation) {
    case "exists":
      return valueIn(subject, field) !== undefined;
    case "is_null":
      return valueIn(subject, field) === undefined;
    case "in":
      return part.values.some((value) => compared(subject, field, part.type, value) === 0);
    case "not_in":
      return !part.values.some((value) => compared(subject, field, part.type, value) === 0);
    case "includes":
      return textOf(subject, field)?.includes(part.value) ?? false;
    case "not_includes":
      return !(textOf(subject, field)?.includes(part.value) ?? false);
    case "starts_with":
      return textOf(subject, field)?.startsWith(part.value) ?? false;
    case "ends_with":
      return textOf(subject, field)?.endsWith(part.value) ?? false;
    case "regex":
      return false;
    default: {
      const order = compared(subject, field, part.type, part.value);
      return ORDER[part.operation](order);
    }
  }
}

/** By how a value compares; undefined where there is none of the type. */
const ORDER = {
  eq: (order) => order === 0,
  neq: (order) => order !== 0,
  gt: (order) => order !== undefined && order > 0,
  gte: (order) => order !== undefined && order >= 0,
  lt: (order) => order !== undefined && order < 0,
  lte: (order) => order !== undefined && order <= 0,
} as const satisfies Record<string, (order: number | undefined) => boolean>;

function compared(subject: Subject, field: EventField, type: ValueType, against: Value): number | undefined {
  const value = type === "string" ? textOf(subject, field) : valueIn(subject, field);
  if (typeof value !== type || value === undefined) return undefined;
  const other =
    type === "string" ? String(against) : type === "number" ? Number(against) : String(against) === "true";
  return value === other ? 0 : value < other ? -1 : 1;
}

function textOf(subject: Subject, field: EventField): string | undefined {
  const value = valueIn(subject, field);
  return value === undefined ? undefined : String(value);
}

function valueIn({ span, resource, nowUnixNano }: Subject, field: EventField): Value | undefined {
  if ("property" in field) return PROPERTIES[field.property]?.({ span, resource, nowUnixNano });
  for (const { attributes } of [span, resource]) {
    for (const name of field.attributes) {
      const found = attributes.find(({ key }) => key === name);
      if (found) return scalarOf(found);
    }
  }
  return undefined;
}

/** What is no scalar is its JSON. */
function scalarOf({ value }: KeyValue): Value {
  const scalar = plainOf(value);
  return ["string", "number", "boolean"].includes(typeof scalar) ? (scalar as Value) : JSON.stringify(scalar);
}

const millis = (nanos: bigint) => Number(nanos / 1_000_000n) + Number(nanos % 1_000_000n) / 1e6;
const endOf = ({ span, nowUnixNano }: Subject) => (isOpen(span) ? nowUnixNano : span.endTimeUnixNano);
const wordOf = (words: readonly string[], code: number) => words[code] ?? words[0];

const PROPERTIES: Partial<Record<EventProperty, (subject: Subject) => Value | undefined>> = {
  type: () => EVENT_TYPE.span,
  dataset: () => DATASET,
  service: ({ resource }) => serviceOf(resource) || undefined,
  traceId: ({ span }) => span.traceId,
  spanId: ({ span }) => span.spanId,
  parentSpanId: ({ span }) => span.parentSpanId || undefined,
  spanName: ({ span }) => span.name,
  timestampMs: ({ span }) => millis(span.startTimeUnixNano),
  startMs: ({ span }) => millis(span.startTimeUnixNano),
  endMs: (subject) => millis(endOf(subject)),
  durationMs: (subject) => millis(endOf(subject) - subject.span.startTimeUnixNano),
  level: ({ span }) => (span.status.code === 2 ? "error" : undefined),
  status: ({ span }) => wordOf(["unset", "ok", "error"], span.status.code),
  kind: ({ span }) =>
    wordOf(["unspecified", "internal", "server", "client", "producer", "consumer"], span.kind),
  error: ({ span }) => (span.status.code === 2 ? span.status.message : undefined),
};

/** In the name, the status and the values of attributes, and as a whole id. */
function holds({ span, resource }: Subject, { needle: { value, matchCase } }: FullText): boolean {
  const cased = (text: string) => (matchCase ? text : text.toLowerCase());
  const values = [...span.attributes, ...resource.attributes].map((pair) => String(scalarOf(pair)));
  const texts = [span.name, span.status.message, ...values];
  const wanted = cased(value);
  return (
    texts.some((text) => cased(text).includes(wanted)) ||
    [span.traceId, span.spanId].includes(value.toLowerCase())
  );
}
