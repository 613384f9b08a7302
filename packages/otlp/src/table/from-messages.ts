// A table from spans that are objects already.

import type { Span, TracesData } from "../types.ts";
import { SPAN_WORD, SpanTable } from "./span-table.ts";

/** Does not change `data`; nested values, events and links are shared with it. */
export function spanTableOf(data: TracesData): SpanTable {
  const table = new SpanTable();
  for (const { resource, schemaUrl: resourceSchemaUrl, scopeSpans } of data.resourceSpans) {
    for (const { scope, schemaUrl: scopeSchemaUrl, spans } of scopeSpans) {
      table.origins.push({ resource, resourceSchemaUrl, scope, scopeSchemaUrl });
      for (const span of spans) addSpan(table, span);
    }
  }
  return table;
}

function addSpan(table: SpanTable, span: Span): void {
  const row = table.rows;
  const at = table.addRow();
  const { words } = table;
  setId(words, at + SPAN_WORD.traceId, span.traceId);
  setId(words, at + SPAN_WORD.spanId, span.spanId);
  setId(words, at + SPAN_WORD.parentSpanId, span.parentSpanId);
  setTime(words, at + SPAN_WORD.start, span.startTimeUnixNano);
  setTime(words, at + SPAN_WORD.end, span.endTimeUnixNano);
  words[at + SPAN_WORD.flags] = span.flags;
  words[at + SPAN_WORD.kind] = span.kind;
  words[at + SPAN_WORD.droppedAttributes] = span.droppedAttributesCount;
  words[at + SPAN_WORD.droppedEvents] = span.droppedEventsCount;
  words[at + SPAN_WORD.droppedLinks] = span.droppedLinksCount;
  words[at + SPAN_WORD.statusCode] = span.status.code;
  setText(table, at + SPAN_WORD.name, span.name);
  setText(table, at + SPAN_WORD.traceState, span.traceState);
  setText(table, at + SPAN_WORD.statusMessage, span.status.message);
  for (const pair of span.attributes) table.addAttribute(pair);
  if (span.events.length) table.events.set(row, span.events);
  if (span.links.length) table.links.set(row, span.links);
}

/** Hex digits, eight to a word; "" leaves the zeros. */
function setId(words: Uint32Array, at: number, hex: string): void {
  for (let digit = 0; digit < hex.length; digit += 8) {
    words[at + digit / 8] = Number.parseInt(hex.slice(digit, digit + 8), 16);
  }
}

function setTime(words: Uint32Array, at: number, nano: bigint): void {
  words[at] = Number(nano & 0xffffffffn);
  words[at + 1] = Number(nano >> 32n);
}

function setText(table: SpanTable, at: number, text: string): void {
  if (text === "") return;
  const start = table.texts.length;
  table.texts.add(text);
  table.words[at] = start;
  table.words[at + 1] = table.texts.length - start;
}
