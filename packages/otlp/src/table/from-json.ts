// A table from OTLP/JSON. What senders usually write is read by from-json-bytes.ts; of everything else, which is read here,
// JSON.parse makes objects, and nothing more is made of these. This is what says what is taken and what is wrong.

import {
  enumeration,
  hexId,
  integer64,
  type JsonObject,
  list,
  message,
  parse,
  string,
  uint32,
} from "../json/read.ts";
import { eventFromJson, linkFromJson, KINDS as SPAN_KINDS, STATUS_CODES } from "../json/spans.ts";
import { keyValueFromJson, resourceFromJson, scopeFromJson } from "../json/values.ts";
import { type Finish, filled } from "./filled.ts";
import { tableOfJsonBytes } from "./from-json-bytes.ts";
import { SPAN_WORD, type SpanTable, textOfDouble, ValueKind } from "./span-table.ts";
import { setId, setText, setTime, setTimeOfParts } from "./words.ts";

/**
 * Reads what `decodeTracesJson` reads, with the same limits and faults.
 *
 * @throws OtlpDecodeError with the path for anything else; OtlpTooLargeError.
 */
export function decodeTracesJsonTable(input: string | Uint8Array, finish?: Finish): SpanTable {
  const table = typeof input === "string" ? undefined : tableOfJsonBytes(input, finish);
  return table ?? tableOfJson(parse(input), finish);
}

/** Of any OTLP/JSON. @throws OtlpDecodeError */
export function tableOfJson(json: JsonObject, finish?: Finish): SpanTable {
  return filled((table) => {
    list(json, "resourceSpans", (group) => {
      const resource = message(group, "resource", resourceFromJson);
      const resourceSchemaUrl = string(group, "schemaUrl");
      list(group, "scopeSpans", (scoped) => {
        const scope = message(scoped, "scope", scopeFromJson);
        const scopeSchemaUrl = string(scoped, "schemaUrl");
        table.origins.push({ resource, resourceSchemaUrl, scope, scopeSchemaUrl });
        list(scoped, "spans", (span) => addSpan(table, span));
      });
    });
  }, finish);
}

function addSpan(table: SpanTable, from: JsonObject): void {
  const row = table.rows;
  const at = table.addRow();
  const { words } = table;
  setId(words, at + SPAN_WORD.traceId, hexId(from, "traceId", 32));
  setId(words, at + SPAN_WORD.spanId, hexId(from, "spanId", 16));
  setId(words, at + SPAN_WORD.parentSpanId, hexId(from, "parentSpanId", 16));
  setText(table, at + SPAN_WORD.traceState, string(from, "traceState"));
  words[at + SPAN_WORD.flags] = uint32(from, "flags");
  setText(table, at + SPAN_WORD.name, string(from, "name"));
  words[at + SPAN_WORD.kind] = enumeration(from, "kind", SPAN_KINDS);
  setTimeOf(words, at + SPAN_WORD.start, from, "startTimeUnixNano");
  setTimeOf(words, at + SPAN_WORD.end, from, "endTimeUnixNano");
  list(from, "attributes", (pair) => addAttribute(table, pair));
  words[at + SPAN_WORD.droppedAttributes] = uint32(from, "droppedAttributesCount");
  const events = list(from, "events", eventFromJson);
  if (events.length) table.events.set(row, events);
  words[at + SPAN_WORD.droppedEvents] = uint32(from, "droppedEventsCount");
  const links = list(from, "links", linkFromJson);
  if (links.length) table.links.set(row, links);
  words[at + SPAN_WORD.droppedLinks] = uint32(from, "droppedLinksCount");
  message(from, "status", (status) => {
    words[at + SPAN_WORD.statusCode] = enumeration(status, "code", STATUS_CODES);
    setText(table, at + SPAN_WORD.statusMessage, string(status, "message"));
  });
}

/** Nanoseconds as decimal text, as nearly all senders write them. */
const NANOS = /^\d{10,19}$/;

function setTimeOf(words: Uint32Array, at: number, from: JsonObject, key: string): void {
  const value = from[key];
  if (typeof value === "string" && NANOS.test(value)) {
    setTimeOfParts(words, at, Number(value.slice(0, -9)), Number(value.slice(-9)));
  } else setTime(words, at, integer64(from, key, "uint64"));
}

/** Whole numbers as BigInt writes them, and so short that nothing has to be checked. */
const SHORT_INTEGER = /^(0|-?[1-9]\d{0,14})$/;

function addAttribute(table: SpanTable, pair: JsonObject): void {
  const { key, value } = pair;
  if (typeof key === "string" && typeof value === "object" && value !== null) {
    let members = 0;
    for (const _ in value) members++;
    if (members === 1 && addScalar(table, key, value as JsonObject)) return;
  }
  table.addAttribute(keyValueFromJson(pair, 0));
}

/** The usual form: a scalar of its JSON type. False, with nothing added, for any other. */
function addScalar(table: SpanTable, key: string, value: JsonObject): boolean {
  const { texts } = table;
  const start = texts.length;
  let kind: number;
  if (typeof value.stringValue === "string") {
    kind = ValueKind.STRING;
    texts.add(value.stringValue);
  } else if (typeof value.intValue === "string" && SHORT_INTEGER.test(value.intValue)) {
    kind = ValueKind.INT;
    texts.add(value.intValue);
  } else if (typeof value.boolValue === "boolean") {
    kind = ValueKind.BOOL;
    texts.add(value.boolValue ? "true" : "false");
  } else if (typeof value.doubleValue === "number") {
    kind = ValueKind.DOUBLE;
    texts.add(textOfDouble(value.doubleValue));
  } else return false;
  table.addScalar(table.keys.ofText(key.toWellFormed()), kind, start);
  return true;
}
