// Finished invocations as OTLP/JSON text, one record at a time: this runs once per span of every traced request, inside the
// user's Worker, which must not hold all of them as objects.
import { type JsonAnyValue, numberValue } from "../any-value.ts";
import { exceptionAttributes } from "../exception.ts";
import type { Invocation } from "../invocation.ts";
import { MAX_REQUEST_CHARACTERS } from "../limits.ts";
import type { LogRecord } from "../logs.ts";
import type { AttributeValue, FlatAttributes, Scope, SpanRecord } from "../span-record.ts";
import { VERSION } from "../version.ts";

const STATUS_CODES = { ok: 1, error: 2 } as const;

/** OTLP's span flags: bit 8 says that bit 9 is known; bit 9 that the parent is in another process. */
const HAS_IS_REMOTE = 0x100;
const IS_REMOTE = 0x200;

/** A part of an invocation's spans or logs: the inside of a JSON array. */
export interface Chunk {
  text: string;
  records: number;
  /** The library that made the spans; undefined for the tracing API itself. */
  scope?: Scope | undefined;
}

interface KeyValue {
  key: string;
  value: JsonAnyValue;
}

export function encodeSpans(invocation: Invocation): Generator<Chunk> {
  const place = placeIn(invocation);
  const { logs } = invocation;
  let logsBefore = 0;
  const records = invocation.spans.records();
  if (invocation.first === 1) records.next();
  return chunks(records, (record) => {
    while ((logs[logsBefore]?.spansBefore ?? Number.POSITIVE_INFINITY) <= record.index) logsBefore++;
    return encodeSpan(invocation, invocation.redaction.span(record), place(record.index + logsBefore));
  });
}

export function encodeLogs(invocation: Invocation): Generator<Chunk> {
  const place = placeIn(invocation);
  let logsBefore = 0;
  return chunks(invocation.logs, (log) =>
    encodeLog(invocation, invocation.redaction.log(log), place(log.spansBefore + logsBefore++)),
  );
}

/**
 * What ties a record to its invocation: the id, and a number by which spans and logs can be put in the order they were
 * made in, which their times, of whole milliseconds on workerd, often do not tell.
 */
function placeIn({ id }: Invocation): (sequence: number) => KeyValue[] {
  const invocation = keyValue("faas.invocation_id", id);
  return (sequence) => [invocation, keyValue("cloudflare.invocation.sequence.number", sequence)];
}

/** Joins records of one scope until a chunk is as large as a request may be; a single record may be larger. */
function* chunks<T extends SpanRecord | LogRecord>(
  records: Iterable<T>,
  encode: (record: T) => string,
): Generator<Chunk> {
  const open = new Map<Scope | undefined, Chunk>();
  for (const record of records) {
    const text = encode(record);
    const scope = "scope" in record ? record.scope : undefined;
    const chunk = open.get(scope);
    if (chunk !== undefined && chunk.text.length + text.length < MAX_REQUEST_CHARACTERS) {
      chunk.text += `,${text}`;
      chunk.records++;
      continue;
    }
    if (chunk !== undefined) yield chunk;
    open.set(scope, { text, records: 1, scope });
  }
  yield* open.values();
}

export function tracesBody(resource: string, chunks: readonly Chunk[]): string {
  return `{"resourceSpans":[{"resource":${resource},"scopeSpans":[${byScope(chunks, "spans")}]}]}`;
}

export function logsBody(resource: string, chunks: readonly Chunk[]): string {
  return `{"resourceLogs":[{"resource":${resource},"scopeLogs":[${byScope(chunks, "logRecords")}]}]}`;
}

function byScope(chunks: readonly Chunk[], records: "spans" | "logRecords"): string {
  return [...Map.groupBy(chunks, ({ scope }) => scope)]
    .map(([{ name, version, schemaUrl } = OWN_SCOPE, group]) => {
      const scope = json({ name, version });
      const texts = group.map(({ text }) => text);
      return `{"scope":${scope},"${records}":[${texts}],"schemaUrl":${json(schemaUrl)}}`;
    })
    .join();
}

const OWN_SCOPE: Scope = { name: "@enterspan/tracing", version: VERSION, schemaUrl: "" };

export function encodeResource(attributes: Record<string, AttributeValue>): string {
  return json({ attributes: keyValues(Object.entries(attributes).flat() as FlatAttributes) });
}

function encodeSpan(invocation: Invocation, span: SpanRecord, place: KeyValue[]): string {
  const isRoot = span.parentIndex === -1;
  const parentSpanId = isRoot ? invocation.parentSpanId : invocation.spanId(span.parentIndex);
  const { code, message } = span.status;
  return json({
    traceId: invocation.traceId,
    spanId: invocation.spanId(span.index),
    parentSpanId: parentSpanId || undefined,
    traceState: (isRoot && invocation.traceState) || undefined,
    flags: 1 | HAS_IS_REMOTE | (isRoot && parentSpanId !== "" ? IS_REMOTE : 0),
    name: span.name,
    kind: span.kind,
    startTimeUnixNano: invocation.unixNano(span.start),
    endTimeUnixNano: Number.isNaN(span.end) ? "0" : invocation.unixNano(span.end),
    attributes: keyValues(span.attributes, place),
    events: listed(span.events, ({ time, name, attributes }) => ({
      timeUnixNano: invocation.unixNano(time),
      name,
      attributes: keyValues(attributes),
    })),
    droppedEventsCount: span.droppedEvents || undefined,
    droppedAttributesCount: span.droppedAttributes || undefined,
    links: listed(span.links, ({ traceId, spanId, sampled, traceState, attributes }) => ({
      traceId,
      spanId,
      traceState: traceState || undefined,
      attributes: keyValues(attributes),
      flags: (sampled ? 1 : 0) | HAS_IS_REMOTE | IS_REMOTE,
    })),
    droppedLinksCount: span.droppedLinks || undefined,
    status: code === "unset" ? undefined : { code: STATUS_CODES[code], message: message || undefined },
  });
}

function listed<T>(items: readonly T[], encode: (item: T) => object): object[] | undefined {
  return items.length > 0 ? items.map(encode) : undefined;
}

function encodeLog(invocation: Invocation, log: LogRecord, place: KeyValue[]): string {
  const time = invocation.unixNano(log.time);
  return json({
    timeUnixNano: time,
    observedTimeUnixNano: time,
    severityNumber: log.severityNumber,
    severityText: log.severityText,
    body: log.body,
    attributes: keyValues(log.exception === undefined ? [] : exceptionAttributes(log.exception), place),
    flags: invocation.sampled ? 1 : 0,
    traceId: invocation.traceId,
    spanId: invocation.spanId(log.spanIndex),
  });
}

/** Of equal keys the first keeps its place and the last its value. */
function keyValues(attributes: FlatAttributes, more: KeyValue[] = []): KeyValue[] {
  const byKey = new Map<string, KeyValue>();
  for (let i = 0; i < attributes.length; i += 2) {
    const one = keyValue(attributes[i] as string, attributes[i + 1] as AttributeValue);
    const known = byKey.get(one.key);
    if (known === undefined) byKey.set(one.key, one);
    else known.value = one.value;
  }
  return [...byKey.values(), ...more];
}

const keyValue = (key: string, value: AttributeValue): KeyValue => ({ key, value: anyValue(value) });

function anyValue(value: AttributeValue): JsonAnyValue {
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "boolean") return { boolValue: value };
  if (typeof value === "number") return numberValue(value);
  if (typeof value === "bigint") return { intValue: String(value) };
  return { arrayValue: { values: value.map(anyValue) } };
}

/** A lone surrogate, which no UTF-8 can hold and JSON writes as an escape, becomes U+FFFD. */
function json(value: unknown): string {
  const text = JSON.stringify(value);
  return text.includes("\\ud") ? text.replace(/(?<!\\)((?:\\\\)*)\\ud[89a-f]../g, "$1\ufffd") : text;
}
