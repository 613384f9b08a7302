// The backend's answer for one trace as spans. Pure; fails on what no backend may answer, such as a span that ends
// before it starts.
import type { TraceResponse, WireKeyValue, WireLog, WireSpan, WireValue } from "@enterspan/backend/contract";
import { type FlatSpan, INVOCATION, type LogLine, type Status, type Value } from "../tree.ts";

const STATUS_CODES: Status["code"][] = ["unset", "ok", "error"];
const LEVELS: Record<number, LogLine["level"]> = { 5: "debug", 9: "info", 13: "warn", 17: "error" };

export function spansOf(trace: TraceResponse): FlatSpan[] {
  const starts = new Map(
    trace.spans.map(({ spanId, startTimeUnixNano }) => [spanId, BigInt(startTimeUnixNano)]),
  );
  const resources = trace.resources.map(({ attributes }) => attributesOf(attributes));
  const spans = new Map(
    trace.spans.map((span) => [
      span.spanId,
      flat(span, starts.get(span.parentSpanId), resources[span.resource]),
    ]),
  );
  for (const log of trace.logs) {
    const span = spans.get(log.spanId);
    if (span === undefined && spans.size > 0)
      throw new Error(`A log belongs to ${log.spanId}, which is no span here`);
    span?.logs.push(logLine(log));
  }
  return [...spans.values()];
}

function flat(
  span: WireSpan,
  parentStart: bigint | undefined,
  resource: Record<string, Value> = {},
): FlatSpan {
  const start = BigInt(span.startTimeUnixNano);
  const attributes = attributesOf(span.attributes);
  if (BigInt(span.endTimeUnixNano) < start) throw new Error(`${span.name} ends before it starts`);
  if (parentStart !== undefined && start < parentStart)
    throw new Error(`${span.name} starts before its parent`);
  return {
    id: span.spanId,
    parentId: span.parentSpanId === "" ? undefined : span.parentSpanId,
    name: isUnnamed(span, attributes) ? INVOCATION : span.name,
    attributes,
    status: statusOf(span),
    exceptions: span.events.map(exceptionOf),
    logs: [],
    resource,
  };
}

/** A root span that the program has not renamed is called after its request's method, or after its handler. */
function isUnnamed(span: WireSpan, attributes: Record<string, Value>): boolean {
  if (!("faas.trigger" in attributes)) return false;
  return [attributes["http.request.method"], attributes["cloudflare.handler_type"]].includes(span.name);
}

function statusOf({ status: { code, message } }: WireSpan): Status {
  const name = STATUS_CODES[code] ?? "unset";
  return { code: name, ...(message !== "" && { message }) };
}

function exceptionOf({ name, attributes }: WireSpan["events"][number]) {
  if (name !== "exception") throw new Error(`The runtime has no events but exceptions, ours says ${name}`);
  const facts = attributesOf(attributes);
  return {
    type: String(facts["exception.type"] ?? ""),
    message: String(facts["exception.message"] ?? ""),
    stack: facts["exception.stacktrace"] !== undefined,
  };
}

function logLine({ severityNumber, body, attributes }: WireLog): LogLine {
  const facts = attributesOf(attributes);
  const type = facts["exception.type"];
  return {
    level: LEVELS[severityNumber] ?? "info",
    message: messageOf(body),
    ...(type !== undefined && {
      exception: { type: String(type), message: String(facts["exception.message"] ?? "") },
    }),
  };
}

/** As the runtime shows a message: an error as its first line. */
function messageOf(value: WireValue): unknown {
  if ("arrayValue" in value) return (value.arrayValue as { values: WireValue[] }).values.map(messageOf);
  if (!("kvlistValue" in value)) return plain(value);
  const { values } = value.kvlistValue as { values: WireKeyValue[] };
  const entries = Object.fromEntries(values.map((entry) => [entry.key, messageOf(entry.value)]));
  const [name, message, stack] = values.map(({ key }) => key);
  const isError = name === "name" && message === "message" && stack === "stack";
  return isError ? `${entries.name}: ${entries.message}` : entries;
}

function attributesOf(attributes: WireKeyValue[]): Record<string, Value> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, plain(value) as Value]));
}

/** Integers and doubles are one kind of number to JavaScript. */
function plain(value: WireValue): unknown {
  if ("stringValue" in value) return value.stringValue;
  if ("boolValue" in value) return value.boolValue;
  if ("intValue" in value) return Number(value.intValue);
  if ("doubleValue" in value) return Number(value.doubleValue);
  if ("arrayValue" in value) return (value.arrayValue as { values: WireValue[] }).values.map(plain);
  return null;
}
