// A table straight from protobuf: no objects and almost no texts are made on the way. What is rare (events, links, values
// that nest) goes through the readers of ../protobuf/, so that the meaning of a message is written down once.

import { ProtobufReader } from "../protobuf/reader.ts";
import { readEvent, readLink } from "../protobuf/spans.ts";
import {
  emptyResource,
  emptyScope,
  readKeyValue,
  readResource,
  readScope,
  VALUE,
} from "../protobuf/values.ts";
import type { SpanEvent, SpanLink } from "../types.ts";
import { type Finish, filled } from "./filled.ts";
import { SPAN_WORD, type SpanTable, textOfDouble, ValueKind } from "./span-table.ts";

/**
 * Reads what `decodeTracesProtobuf` reads, with the same limits and faults.
 *
 * @throws OtlpDecodeError with the byte offset for anything else; OtlpTooLargeError.
 */
export function decodeTracesProtobufTable(bytes: Uint8Array, finish?: Finish): SpanTable {
  const reader = new ProtobufReader(bytes);
  return filled((table) => {
    while (reader.more()) {
      const tag = reader.tag();
      if (tag === 10) readResourceSpans(reader, table);
      else reader.skip(tag);
    }
  }, finish);
}

function readResourceSpans(reader: ProtobufReader, table: SpanTable): void {
  const resource = emptyResource();
  let schemaUrl = "";
  const first = table.origins.length;
  const outer = reader.enterElement();
  while (reader.more()) {
    const tag = reader.tag();
    if (tag === 10) readResource(reader, resource);
    else if (tag === 18) {
      table.origins.push({ resource, resourceSchemaUrl: "", scope: emptyScope(), scopeSchemaUrl: "" });
      readScopeSpans(reader, table);
    } else if (tag === 26) schemaUrl = reader.string();
    else reader.skip(tag);
  }
  reader.leave(outer);
  // The schema of a resource may come after its spans.
  for (const origin of table.origins.slice(first)) origin.resourceSchemaUrl = schemaUrl;
}

/** Into the origin added last. */
function readScopeSpans(reader: ProtobufReader, table: SpanTable): void {
  const origin = table.origins[table.origins.length - 1] as SpanTable["origins"][number];
  const outer = reader.enterElement();
  while (reader.more()) {
    const tag = reader.tag();
    if (tag === 18) readSpan(reader, table);
    else if (tag === 10) readScope(reader, origin.scope);
    else if (tag === 26) origin.scopeSchemaUrl = reader.string();
    else reader.skip(tag);
  }
  reader.leave(outer);
}

function readSpan(reader: ProtobufReader, table: SpanTable): void {
  const row = table.rows;
  const at = table.addRow();
  const { words } = table;
  const outer = reader.enterElement();
  while (reader.more()) {
    const tag = reader.tag();
    switch (tag) {
      case 10:
        reader.idInto(words, at + SPAN_WORD.traceId, 16);
        break;
      case 18:
        reader.idInto(words, at + SPAN_WORD.spanId, 8);
        break;
      case 26:
        readText(reader, table, at + SPAN_WORD.traceState);
        break;
      case 34:
        reader.idInto(words, at + SPAN_WORD.parentSpanId, 8);
        break;
      case 42:
        readText(reader, table, at + SPAN_WORD.name);
        break;
      case 48:
        words[at + SPAN_WORD.kind] = reader.int32();
        break;
      case 57:
        reader.fixed64Into(words, at + SPAN_WORD.start);
        break;
      case 65:
        reader.fixed64Into(words, at + SPAN_WORD.end);
        break;
      case 74:
        readAttribute(reader, table);
        break;
      case 80:
        words[at + SPAN_WORD.droppedAttributes] = reader.uint32();
        break;
      case 90:
        addTo<SpanEvent>(table.events, row, readEvent(reader));
        break;
      case 96:
        words[at + SPAN_WORD.droppedEvents] = reader.uint32();
        break;
      case 106:
        addTo<SpanLink>(table.links, row, readLink(reader));
        break;
      case 112:
        words[at + SPAN_WORD.droppedLinks] = reader.uint32();
        break;
      case 122:
        readStatus(reader, table, at);
        break;
      case 133:
        words[at + SPAN_WORD.flags] = reader.fixed32();
        break;
      default:
        reader.skip(tag);
    }
  }
  reader.leave(outer);
}

function addTo<T>(lists: Map<number, T[]>, row: number, item: T): void {
  const list = lists.get(row);
  if (list) list.push(item);
  else lists.set(row, [item]);
}

function readStatus(reader: ProtobufReader, table: SpanTable, at: number): void {
  const outer = reader.enter();
  while (reader.more()) {
    const tag = reader.tag();
    if (tag === 18) readText(reader, table, at + SPAN_WORD.statusMessage);
    else if (tag === 24) table.words[at + SPAN_WORD.statusCode] = reader.int32();
    else reader.skip(tag);
  }
  reader.leave(outer);
}

function readText(reader: ProtobufReader, table: SpanTable, at: number): void {
  const start = table.texts.length;
  reader.textInto(table.texts);
  table.words[at] = start;
  table.words[at + 1] = table.texts.length - start;
}

function readAttribute(reader: ProtobufReader, table: SpanTable): void {
  const start = reader.position;
  if (readScalar(reader, table)) reader.countElement();
  else {
    reader.back(start);
    table.addAttribute(readKeyValue(reader));
  }
}

/** The usual form: a key and after it a value with one scalar. False, with nothing added, for any other. */
function readScalar(reader: ProtobufReader, table: SpanTable): boolean {
  const outer = reader.enter();
  const end = reader.end;
  let isUsual = false;
  if (reader.more() && reader.tag() === 10) {
    const key = reader.nameIn(table.keys);
    if (reader.more() && reader.tag() === 18) {
      const pair = reader.enter();
      // Only where the value is the last thing of the pair and holds a field at all.
      isUsual = reader.end === end && reader.more() && readScalarField(reader, table, key);
      reader.leave(pair);
    }
  }
  reader.leave(outer);
  return isUsual;
}

function readScalarField(reader: ProtobufReader, table: SpanTable, key: number): boolean {
  const { texts } = table;
  const start = texts.length;
  let kind: number;
  switch (reader.tag()) {
    case VALUE.string:
      kind = ValueKind.STRING;
      reader.textInto(texts);
      break;
    case VALUE.bool:
      kind = ValueKind.BOOL;
      texts.add(reader.bool() ? "true" : "false");
      break;
    case VALUE.int: {
      kind = ValueKind.INT;
      const small = reader.smallInteger();
      if (small < 0) texts.add(String(reader.int64()));
      else texts.addNumber(small);
      break;
    }
    case VALUE.double:
      kind = ValueKind.DOUBLE;
      texts.add(textOfDouble(reader.double()));
      break;
    default:
      return false;
  }
  // A second member, which would count instead of the first: what was read here is left unused.
  if (reader.more()) return false;
  table.addScalar(key, kind, start);
  return true;
}
