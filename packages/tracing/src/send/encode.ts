// Finished invocations as OTLP/JSON text. Spans are written straight to text, without the message objects between:
// this runs once per span of every traced request, inside the user's Worker.
import { numberValue } from "../any-value.ts";
import { exceptionAttributes } from "../exception.ts";
import type { Invocation } from "../invocation.ts";
import { MAX_REQUEST_CHARACTERS } from "../limits.ts";
import type { LogRecord } from "../logs.ts";
import type {
  AttributeValue,
  FlatAttributes,
  Scope,
  SpanEvent,
  SpanLink,
  SpanRecord,
} from "../span-record.ts";
import { VERSION } from "../version.ts";

const STATUS_CODES = { unset: 0, ok: 1, error: 2 } as const;

/** OTLP's span flags: bit 8 says that bit 9 is known; bit 9 that the parent is in another process. */
const HAS_IS_REMOTE = 0x100;
const IS_REMOTE = 0x200;

const FEW_ATTRIBUTES = 16;

/** A part of an invocation's spans or logs: the inside of a JSON array. */
export interface Chunk {
  text: string;
  records: number;
  /** The library that made the spans; undefined for the tracing API itself. */
  scope?: Scope | undefined;
}

export function encodeSpans(invocation: Invocation): Generator<Chunk> {
  const place = placeIn(invocation);
  const { logs } = invocation;
  let logsBefore = 0;
  const records = invocation.spans.records();
  if (invocation.first === 1) records.next();
  return chunks(
    records,
    (record) => {
      while ((logs[logsBefore]?.spansBefore ?? Number.POSITIVE_INFINITY) <= record.index) logsBefore++;
      return encodeSpan(invocation, invocation.redaction.span(record), place(record.index + logsBefore));
    },
    (record) => record.scope,
  );
}

export function encodeLogs(invocation: Invocation): Generator<Chunk> {
  const place = placeIn(invocation);
  let logsBefore = 0;
  return chunks(
    invocation.logs,
    (log) => encodeLog(invocation, invocation.redaction.log(log), place(log.spansBefore + logsBefore++)),
    () => undefined,
  );
}

/**
 * What ties a record to its invocation: the id, and a number by which spans and logs can be put in the order they were
 * made in, which their times, of whole milliseconds on workerd, often do not tell.
 */
function placeIn({ id }: Invocation): (sequence: number) => string {
  const text = `${attributeText("faas.invocation_id", id)},{"key":"cloudflare.invocation.sequence.number","value":{"intValue":"`;
  return (sequence) => `${text}${sequence}"}}`;
}

/** Joins records of one scope until a chunk is as large as a request may be; a single record may be larger. */
function* chunks<T>(
  items: Iterable<T>,
  encode: (item: T) => string,
  scopeOf: (item: T) => Scope | undefined,
): Generator<Chunk> {
  const open = new Map<Scope | undefined, { texts: string[]; characters: number }>();
  for (const item of items) {
    const text = encode(item);
    const scope = scopeOf(item);
    let part = open.get(scope);
    if (part !== undefined && part.characters + text.length > MAX_REQUEST_CHARACTERS) {
      yield { text: part.texts.join(","), records: part.texts.length, scope };
      part = undefined;
    }
    if (part === undefined) {
      part = { texts: [], characters: 0 };
      open.set(scope, part);
    }
    part.texts.push(text);
    part.characters += text.length;
  }
  for (const [scope, { texts }] of open) yield { text: texts.join(","), records: texts.length, scope };
}

export function tracesBody(resource: string, chunks: readonly Chunk[]): string {
  return `{"resourceSpans":[{"resource":${resource},"scopeSpans":[${byScope(chunks, "spans")}]}]}`;
}

export function logsBody(resource: string, chunks: readonly Chunk[]): string {
  return `{"resourceLogs":[{"resource":${resource},"scopeLogs":[${byScope(chunks, "logRecords")}]}]}`;
}

function byScope(chunks: readonly Chunk[], records: "spans" | "logRecords"): string {
  return [...Map.groupBy(chunks, ({ scope }) => scope)]
    .map(([scope, group]) => {
      const texts = group.map(({ text }) => text).join(",");
      const schemaUrl = scope?.schemaUrl ? `,"schemaUrl":${quote(scope.schemaUrl)}` : "";
      return `{"scope":${encodeScope(scope ?? OWN_SCOPE)},"${records}":[${texts}]${schemaUrl}}`;
    })
    .join(",");
}

export function encodeResource(attributes: Record<string, AttributeValue>): string {
  return `{"attributes":[${Object.entries(attributes)
    .map(([key, value]) => attributeText(key, value))
    .join(",")}]}`;
}

function encodeScope({ name, version }: Pick<Scope, "name" | "version">): string {
  return `{"name":${quote(name)}${version && `,"version":${quote(version)}`}}`;
}

const OWN_SCOPE = { name: "@enterspan/tracing", version: VERSION };

function encodeSpan(invocation: Invocation, span: SpanRecord, place: string): string {
  const isRoot = span.parentIndex === -1;
  const parentId = isRoot ? invocation.parentSpanId : invocation.spanId(span.parentIndex);
  const flags = 1 | HAS_IS_REMOTE | (isRoot && parentId !== "" ? IS_REMOTE : 0);
  let text = `{"traceId":"${invocation.traceId}","spanId":"${invocation.spanId(span.index)}"`;
  if (parentId !== "") text += `,"parentSpanId":"${parentId}"`;
  if (isRoot && invocation.traceState !== "") text += `,"traceState":${quote(invocation.traceState)}`;
  text += `,"flags":${flags},"name":${quote(span.name)},"kind":${span.kind}`;
  const end = Number.isNaN(span.end) ? "0" : invocation.unixNano(span.end);
  text += `,"startTimeUnixNano":"${invocation.unixNano(span.start)}","endTimeUnixNano":"${end}"`;
  text += `,"attributes":[${attributesText(span.attributes, place)}]`;
  if (span.events.length > 0) {
    text += `,"events":[${span.events.map((event) => encodeEvent(invocation, event)).join(",")}]`;
  }
  if (span.droppedEvents > 0) text += `,"droppedEventsCount":${span.droppedEvents}`;
  if (span.droppedAttributes > 0) text += `,"droppedAttributesCount":${span.droppedAttributes}`;
  if (span.links.length > 0) text += `,"links":[${span.links.map(encodeLink).join(",")}]`;
  if (span.droppedLinks > 0) text += `,"droppedLinksCount":${span.droppedLinks}`;
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

function encodeLink({ traceId, spanId, sampled, traceState, attributes }: SpanLink): string {
  const state = traceState === "" ? "" : `,"traceState":${quote(traceState)}`;
  const flags = (sampled ? 1 : 0) | HAS_IS_REMOTE | IS_REMOTE;
  return `{"traceId":"${traceId}","spanId":"${spanId}"${state},"attributes":[${attributesText(attributes)}],"flags":${flags}}`;
}

function encodeLog(invocation: Invocation, log: LogRecord, place: string): string {
  const time = invocation.unixNano(log.time);
  const attributes = log.exception === undefined ? [] : exceptionAttributes(log.exception);
  return (
    `{"timeUnixNano":"${time}","observedTimeUnixNano":"${time}"` +
    `,"severityNumber":${log.severityNumber},"severityText":"${log.severityText}","body":${JSON.stringify(log.body)}` +
    `,"attributes":[${attributesText(attributes, place)}],"flags":${invocation.sampled ? 1 : 0}` +
    `,"traceId":"${invocation.traceId}","spanId":"${invocation.spanId(log.spanIndex)}"}`
  );
}

/** The inside of an attributes array. Of equal keys the first keeps its place and the last its value. */
function attributesText(attributes: FlatAttributes, more = ""): string {
  let text = "";
  for (const [key, value] of hasRepeats(attributes) ? new Map(pairs(attributes)) : pairs(attributes)) {
    text += `${text === "" ? "" : ","}${attributeText(key, value)}`;
  }
  return more === "" ? text : text === "" ? more : `${text},${more}`;
}

function* pairs(attributes: FlatAttributes): Generator<[key: string, value: AttributeValue]> {
  for (let i = 0; i < attributes.length; i += 2) {
    yield [attributes[i] as string, attributes[i + 1] as AttributeValue];
  }
}

/** Whether a key may come twice. To compare the keys of the few attributes that most spans have costs less than a map. */
function hasRepeats(attributes: FlatAttributes): boolean {
  if (attributes.length > 2 * FEW_ATTRIBUTES) return true;
  for (let i = 0; i < attributes.length; i += 2) {
    for (let j = i + 2; j < attributes.length; j += 2) if (attributes[i] === attributes[j]) return true;
  }
  return false;
}

function attributeText(key: string, value: AttributeValue): string {
  return `{"key":${quote(key)},"value":${valueText(value)}}`;
}

function valueText(value: AttributeValue): string {
  if (typeof value === "string") return `{"stringValue":${quote(value)}}`;
  if (typeof value === "boolean") return `{"boolValue":${value}}`;
  if (typeof value === "number") return JSON.stringify(numberValue(value));
  if (typeof value === "bigint") return `{"intValue":"${value}"}`;
  return `{"arrayValue":{"values":[${value.map(valueText).join(",")}]}}`;
}

/** JSON text of a string; a lone surrogate, which no UTF-8 can hold, becomes U+FFFD. */
function quote(text: string): string {
  return JSON.stringify(text.toWellFormed());
}
