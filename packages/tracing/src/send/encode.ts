// Finished invocations as OTLP/JSON text. Spans are written straight to text, without the message objects between:
// this runs once per span of every traced request, inside the user's Worker.
import { type JsonAnyValue, numberValue } from "../any-value.ts";
import { exceptionAttributes } from "../exception.ts";
import type { Invocation } from "../invocation.ts";
import { MAX_REQUEST_CHARACTERS } from "../limits.ts";
import type { LogRecord } from "../logs.ts";
import type { AttributeValue, FlatAttributes, SpanEvent, SpanRecord } from "../span-record.ts";

const STATUS_CODES = { unset: 0, ok: 1, error: 2 } as const;

/** OTLP's span flags: bit 8 says that bit 9 is known; bit 9 that the parent is in another process. */
const HAS_IS_REMOTE = 0x100;
const IS_REMOTE = 0x200;

/** A part of an invocation's spans or logs: the inside of a JSON array. */
export interface Chunk {
  text: string;
  records: number;
}

export function encodeSpans(invocation: Invocation): Generator<Chunk> {
  const id = attributeText("faas.invocation_id", invocation.id);
  return chunks(invocation.spans.records(), (record) => encodeSpan(invocation, record, id));
}

export function encodeLogs(invocation: Invocation): Generator<Chunk> {
  const id = attributeText("faas.invocation_id", invocation.id);
  return chunks(invocation.logs, (log) => encodeLog(invocation, log, id));
}

/** Joins records until a chunk is as large as a request may be; a single record may be larger. */
function* chunks<T>(items: Iterable<T>, encode: (item: T) => string): Generator<Chunk> {
  let texts: string[] = [];
  let characters = 0;
  for (const item of items) {
    const text = encode(item);
    if (characters > 0 && characters + text.length > MAX_REQUEST_CHARACTERS) {
      yield { text: texts.join(","), records: texts.length };
      texts = [];
      characters = 0;
    }
    texts.push(text);
    characters += text.length;
  }
  if (texts.length > 0) yield { text: texts.join(","), records: texts.length };
}

export function tracesBody(resource: string, scope: string, spans: string[]): string {
  return `{"resourceSpans":[{"resource":${resource},"scopeSpans":[{"scope":${scope},"spans":[${spans.join(",")}]}]}]}`;
}

export function logsBody(resource: string, scope: string, logs: string[]): string {
  return `{"resourceLogs":[{"resource":${resource},"scopeLogs":[{"scope":${scope},"logRecords":[${logs.join(",")}]}]}]}`;
}

export function encodeResource(attributes: Record<string, AttributeValue>): string {
  return `{"attributes":[${Object.entries(attributes)
    .map(([key, value]) => attributeText(key, value))
    .join(",")}]}`;
}

export function encodeScope(name: string, version: string): string {
  return `{"name":${quote(name)},"version":${quote(version)}}`;
}

function encodeSpan(invocation: Invocation, span: SpanRecord, invocationId: string): string {
  const isRoot = span.parentIndex === -1;
  const parentId = isRoot ? invocation.parentSpanId : invocation.spanId(span.parentIndex);
  const flags = 1 | HAS_IS_REMOTE | (isRoot && parentId !== "" ? IS_REMOTE : 0);
  let text = `{"traceId":"${invocation.traceId}","spanId":"${invocation.spanId(span.index)}"`;
  if (parentId !== "") text += `,"parentSpanId":"${parentId}"`;
  if (isRoot && invocation.traceState !== "") text += `,"traceState":${quote(invocation.traceState)}`;
  text += `,"flags":${flags},"name":${quote(span.name)},"kind":${span.kind}`;
  text += `,"startTimeUnixNano":"${invocation.unixNano(span.start)}","endTimeUnixNano":"${invocation.unixNano(span.end)}"`;
  text += `,"attributes":[${attributesText(span.attributes, invocationId)}]`;
  if (span.events.length > 0) {
    text += `,"events":[${span.events.map((event) => encodeEvent(invocation, event)).join(",")}]`;
  }
  if (span.droppedEvents > 0) text += `,"droppedEventsCount":${span.droppedEvents}`;
  const { code, message } = span.status;
  if (code !== "unset") {
    text += `,"status":{"code":${STATUS_CODES[code]}${message ? `,"message":${quote(message)}` : ""}}`;
  }
  return `${text}}`;
}

function encodeEvent(invocation: Invocation, event: SpanEvent): string {
  const attributes = attributesText(event.attributes);
  return `{"timeUnixNano":"${invocation.unixNano(event.time)}","name":${quote(event.name)},"attributes":[${attributes}]}`;
}

function encodeLog(invocation: Invocation, log: LogRecord, invocationId: string): string {
  const time = invocation.unixNano(log.time);
  const attributes = log.exception === undefined ? [] : exceptionAttributes(log.exception);
  return (
    `{"timeUnixNano":"${time}","observedTimeUnixNano":"${time}"` +
    `,"severityNumber":${log.severityNumber},"severityText":"${log.severityText}","body":${JSON.stringify(log.body)}` +
    `,"attributes":[${attributesText(attributes, invocationId)}],"flags":${invocation.sampled ? 1 : 0}` +
    `,"traceId":"${invocation.traceId}","spanId":"${invocation.spanId(log.spanIndex)}"}`
  );
}

/** The inside of an attributes array. Of equal keys the first keeps its place and the last its value. */
function attributesText(attributes: FlatAttributes, more = ""): string {
  const values = new Map<string, AttributeValue>();
  for (let i = 0; i < attributes.length; i += 2) {
    values.set(attributes[i] as string, attributes[i + 1] as AttributeValue);
  }
  let text = "";
  for (const [key, value] of values) text += `${text === "" ? "" : ","}${attributeText(key, value)}`;
  return more === "" ? text : text === "" ? more : `${text},${more}`;
}

function attributeText(key: string, value: AttributeValue): string {
  return `{"key":${quote(key)},"value":${valueText(value)}}`;
}

function valueText(value: AttributeValue): string {
  if (typeof value === "string") return `{"stringValue":${quote(value)}}`;
  if (typeof value === "boolean") return `{"boolValue":${value}}`;
  if (typeof value === "number") return JSON.stringify(numberValue(value));
  if (typeof value === "bigint") return `{"intValue":"${value}"}`;
  const values: JsonAnyValue[] = value.map((item) => ({ stringValue: item.toWellFormed() }));
  return JSON.stringify({ arrayValue: { values } });
}

/** JSON text of a string; a lone surrogate, which no UTF-8 can hold, becomes U+FFFD. */
function quote(text: string): string {
  return JSON.stringify(text.toWellFormed());
}
