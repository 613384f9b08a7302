// A table from spans that are objects already, as tests write them.

import type { Span, TracesData } from "../types.ts";
import { SPAN_WORD, SpanTable } from "./span-table.ts";
import { setId, setText, setTime } from "./words.ts";

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
