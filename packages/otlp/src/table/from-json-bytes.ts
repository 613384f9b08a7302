// A table straight from the bytes of OTLP/JSON in the spelling that senders use. No objects are made on the way but of what
// is rare (events, links, values that nest), which goes through JSON.parse and the readers of ../json/. Every other spelling,
// and every fault, is left to from-json.ts.

import { MAX_ELEMENTS, OtlpDecodeError } from "../error.ts";
import { checkElements } from "../json/count.ts";
import { ARRAY, JsonCursor, OBJECT, UnusualJsonError } from "../json/cursor.ts";
import { MemberNames } from "../json/member-names.ts";
import { type JsonObject, list, object } from "../json/read.ts";
import { eventFromJson, linkFromJson } from "../json/spans.ts";
import { isUtf8 } from "../json/text.ts";
import { keyValueFromJson, resourceFromJson, scopeFromJson } from "../json/values.ts";
import { type Finish, filled } from "./filled.ts";
import { SPAN_WORD, type SpanOrigin, type SpanTable, ValueKind } from "./span-table.ts";

/**
 * What decodeTracesJsonTable gives; `undefined` for bytes that this does not read, OTLP/JSON or not.
 *
 * @throws OtlpTooLargeError
 */
export function tableOfJsonBytes(bytes: Uint8Array, finish?: Finish): SpanTable | undefined {
  // An element is a byte at least.
  if (bytes.length > MAX_ELEMENTS) checkElements(bytes);
  if (!isUtf8(bytes)) return undefined;
  const cursor = new JsonCursor(bytes);
  try {
    return filled((table) => {
      readTracesData(cursor, table);
      cursor.end();
    }, finish);
  } catch (error) {
    if (error instanceof UnusualJsonError || error instanceof OtlpDecodeError) return undefined;
    throw error;
  }
}

const TRACES_DATA = { resourceSpans: 0 } as const;
const TRACES_DATA_NAMES = new MemberNames(TRACES_DATA);

function readTracesData(cursor: JsonCursor, table: SpanTable): void {
  let seen = 0;
  for (let more = cursor.enter(OBJECT); more; more = cursor.more(OBJECT)) {
    seen = once(seen, cursor.member(TRACES_DATA_NAMES));
    for (let item = cursor.enter(ARRAY); item; item = cursor.more(ARRAY)) readResourceSpans(cursor, table);
  }
}

const RESOURCE_SPANS = { resource: 0, scopeSpans: 1, schemaUrl: 2 } as const;
const RESOURCE_SPANS_NAMES = new MemberNames(RESOURCE_SPANS);

function readResourceSpans(cursor: JsonCursor, table: SpanTable): void {
  let resource = resourceFromJson({});
  let schemaUrl = "";
  const first = table.origins.length;
  let seen = 0;
  for (let more = cursor.enter(OBJECT); more; more = cursor.more(OBJECT)) {
    const member = cursor.member(RESOURCE_SPANS_NAMES);
    seen = once(seen, member);
    if (member === RESOURCE_SPANS.resource) resource = resourceFromJson(object(cursor.container()));
    else if (member === RESOURCE_SPANS.schemaUrl) schemaUrl = cursor.text();
    else for (let item = cursor.enter(ARRAY); item; item = cursor.more(ARRAY)) readScopeSpans(cursor, table);
  }
  // They may come after the spans.
  for (const origin of table.origins.slice(first)) {
    origin.resource = resource;
    origin.resourceSchemaUrl = schemaUrl;
  }
}

const SCOPE_SPANS = { scope: 0, spans: 1, schemaUrl: 2 } as const;
const SCOPE_SPANS_NAMES = new MemberNames(SCOPE_SPANS);

function readScopeSpans(cursor: JsonCursor, table: SpanTable): void {
  const origin: SpanOrigin = {
    resource: resourceFromJson({}),
    resourceSchemaUrl: "",
    scope: scopeFromJson({}),
    scopeSchemaUrl: "",
  };
  table.origins.push(origin);
  let seen = 0;
  for (let more = cursor.enter(OBJECT); more; more = cursor.more(OBJECT)) {
    const member = cursor.member(SCOPE_SPANS_NAMES);
    seen = once(seen, member);
    if (member === SCOPE_SPANS.scope) origin.scope = scopeFromJson(object(cursor.container()));
    else if (member === SCOPE_SPANS.schemaUrl) origin.scopeSchemaUrl = cursor.text();
    else for (let item = cursor.enter(ARRAY); item; item = cursor.more(ARRAY)) readSpan(cursor, table);
  }
}

const SPAN = {
  traceId: 0,
  spanId: 1,
  parentSpanId: 2,
  traceState: 3,
  flags: 4,
  name: 5,
  kind: 6,
  startTimeUnixNano: 7,
  endTimeUnixNano: 8,
  attributes: 9,
  droppedAttributesCount: 10,
  events: 11,
  droppedEventsCount: 12,
  links: 13,
  droppedLinksCount: 14,
  status: 15,
} as const;
const SPAN_NAMES = new MemberNames(SPAN);

function readSpan(cursor: JsonCursor, table: SpanTable): void {
  const row = table.rows;
  const at = table.addRow();
  const { words } = table;
  let seen = 0;
  for (let more = cursor.enter(OBJECT); more; more = cursor.more(OBJECT)) {
    const member = cursor.member(SPAN_NAMES);
    seen = once(seen, member);
    switch (member) {
      case SPAN.traceId:
        cursor.idInto(words, at + SPAN_WORD.traceId, 32);
        break;
      case SPAN.spanId:
        cursor.idInto(words, at + SPAN_WORD.spanId, 16);
        break;
      case SPAN.parentSpanId:
        cursor.idInto(words, at + SPAN_WORD.parentSpanId, 16);
        break;
      case SPAN.traceState:
        readText(cursor, table, at + SPAN_WORD.traceState);
        break;
      case SPAN.flags:
        words[at + SPAN_WORD.flags] = uint32(cursor);
        break;
      case SPAN.name:
        readText(cursor, table, at + SPAN_WORD.name);
        break;
      case SPAN.kind:
        words[at + SPAN_WORD.kind] = int32(cursor);
        break;
      case SPAN.startTimeUnixNano:
        cursor.nanosInto(words, at + SPAN_WORD.start);
        break;
      case SPAN.endTimeUnixNano:
        cursor.nanosInto(words, at + SPAN_WORD.end);
        break;
      case SPAN.attributes:
        for (let item = cursor.enter(ARRAY); item; item = cursor.more(ARRAY)) readAttribute(cursor, table);
        break;
      case SPAN.droppedAttributesCount:
        words[at + SPAN_WORD.droppedAttributes] = uint32(cursor);
        break;
      case SPAN.events:
        readList(cursor, table.events, row, eventFromJson);
        break;
      case SPAN.droppedEventsCount:
        words[at + SPAN_WORD.droppedEvents] = uint32(cursor);
        break;
      case SPAN.links:
        readList(cursor, table.links, row, linkFromJson);
        break;
      case SPAN.droppedLinksCount:
        words[at + SPAN_WORD.droppedLinks] = uint32(cursor);
        break;
      case SPAN.status:
        readStatus(cursor, table, at);
        break;
    }
  }
}

function readList<T>(
  cursor: JsonCursor,
  lists: Map<number, T[]>,
  row: number,
  read: (item: JsonObject) => T,
): void {
  const start = cursor.position;
  if (!cursor.enter(ARRAY)) return;
  cursor.back(start);
  lists.set(row, list({ items: cursor.container() }, "items", read));
}

const STATUS = { code: 0, message: 1 } as const;
const STATUS_NAMES = new MemberNames(STATUS);

function readStatus(cursor: JsonCursor, table: SpanTable, at: number): void {
  let seen = 0;
  for (let more = cursor.enter(OBJECT); more; more = cursor.more(OBJECT)) {
    const member = cursor.member(STATUS_NAMES);
    seen = once(seen, member);
    if (member === STATUS.code) table.words[at + SPAN_WORD.statusCode] = int32(cursor);
    else readText(cursor, table, at + SPAN_WORD.statusMessage);
  }
}

function readText(cursor: JsonCursor, table: SpanTable, at: number): void {
  const start = table.texts.length;
  cursor.textInto(table.texts);
  table.words[at] = start;
  table.words[at + 1] = table.texts.length - start;
}

function readAttribute(cursor: JsonCursor, table: SpanTable): void {
  const start = cursor.position;
  if (!readScalar(cursor, table)) {
    cursor.back(start);
    table.addAttribute(keyValueFromJson(object(cursor.container()), 0));
  }
}

const PAIR = { key: 0, value: 1 } as const;
const PAIR_NAMES = new MemberNames(PAIR);

/** The usual form: a key and after it a value with one scalar. False, with nothing added, for others. */
function readScalar(cursor: JsonCursor, table: SpanTable): boolean {
  if (!cursor.enter(OBJECT) || cursor.member(PAIR_NAMES) !== PAIR.key) return false;
  const key = cursor.nameIn(table.keys);
  if (key < 0 || !cursor.more(OBJECT) || cursor.member(PAIR_NAMES) !== PAIR.value) return false;
  const start = table.texts.length;
  const kind = readScalarValue(cursor, table);
  // Another member would count too, or instead: what was read here is left unused.
  if (kind === ValueKind.EMPTY || cursor.more(OBJECT) || cursor.more(OBJECT)) return false;
  table.addScalar(key, kind, start);
  return true;
}

const VALUE_NAMES = new MemberNames({
  stringValue: ValueKind.STRING,
  boolValue: ValueKind.BOOL,
  intValue: ValueKind.INT,
  doubleValue: ValueKind.DOUBLE,
  arrayValue: ValueKind.ARRAY,
  kvlistValue: ValueKind.KVLIST,
  bytesValue: ValueKind.BYTES,
});

/** Enters a value and adds the text of its first member. Its kind; EMPTY for all that is no scalar of a usual spelling. */
function readScalarValue(cursor: JsonCursor, { texts }: SpanTable): number {
  if (!cursor.enter(OBJECT)) return ValueKind.EMPTY;
  const kind = cursor.member(VALUE_NAMES);
  switch (kind) {
    case ValueKind.STRING:
      cursor.textInto(texts);
      return kind;
    case ValueKind.BOOL:
      texts.add(cursor.boolean() ? "true" : "false");
      return kind;
    case ValueKind.INT:
      return cursor.integerInto(texts) ? kind : ValueKind.EMPTY;
    case ValueKind.DOUBLE:
      return cursor.doubleInto(texts) ? kind : ValueKind.EMPTY;
    default:
      return ValueKind.EMPTY;
  }
}

function uint32(cursor: JsonCursor): number {
  const value = cursor.integer();
  if (value >>> 0 !== value) throw new UnusualJsonError();
  return value;
}

function int32(cursor: JsonCursor): number {
  const value = cursor.integer();
  if ((value | 0) !== value) throw new UnusualJsonError();
  return value;
}

/** `seen` with the member; of members that come twice JSON.parse takes the last. */
function once(seen: number, member: number): number {
  const bit = 1 << member;
  if (seen & bit) throw new UnusualJsonError();
  return seen | bit;
}
