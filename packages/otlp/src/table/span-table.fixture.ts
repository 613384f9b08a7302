// A table back as messages, to compare what was put in with what is in it.

import { OtlpDecodeError, OtlpTooLargeError } from "../error.ts";
import type { AnyValue, KeyValue, ResourceSpans, ScopeSpans, Span, TracesData } from "../types.ts";
import { ATTRIBUTE_WORDS, KINDS, SPAN_WORD, SPAN_WORDS, type SpanTable, ValueKind } from "./span-table.ts";

/** One group of spans for each origin; origins without spans are there too. */
export function messagesOf(table: SpanTable): TracesData {
  const resourceSpans = table.origins.map(
    (origin): ResourceSpans => ({
      resource: origin.resource,
      schemaUrl: origin.resourceSchemaUrl,
      scopeSpans: [{ scope: origin.scope, schemaUrl: origin.scopeSchemaUrl, spans: [] }],
    }),
  );
  for (let row = 0; row < table.rows; row++) {
    const origin = table.words[row * SPAN_WORDS + SPAN_WORD.origin] as number;
    const [scopeSpans] = (resourceSpans[origin] as ResourceSpans).scopeSpans as [ScopeSpans];
    scopeSpans.spans.push(spanAt(table, row));
  }
  return { resourceSpans };
}

function spanAt(table: SpanTable, row: number): Span {
  const at = row * SPAN_WORDS;
  const word = (field: keyof typeof SPAN_WORD, next = 0) =>
    table.words[at + SPAN_WORD[field] + next] as number;
  const hex = (field: keyof typeof SPAN_WORD, words: number) => {
    const digits = Array.from({ length: words }, (_, next) =>
      word(field, next).toString(16).padStart(8, "0"),
    );
    return /^0*$/.test(digits.join("")) ? "" : digits.join("");
  };
  const time = (field: "start" | "end") => (BigInt(word(field, 1)) << 32n) | BigInt(word(field));
  const text = (field: keyof typeof SPAN_WORD) => table.textAt(at + SPAN_WORD[field]);
  return {
    traceId: hex("traceId", 4),
    spanId: hex("spanId", 2),
    parentSpanId: hex("parentSpanId", 2),
    traceState: text("traceState"),
    flags: word("flags"),
    name: text("name"),
    kind: word("kind") | 0,
    startTimeUnixNano: time("start"),
    endTimeUnixNano: time("end"),
    attributes: Array.from({ length: word("attributes", 1) }, (_, index) =>
      attributeAt(table, word("attributes") + index),
    ),
    droppedAttributesCount: word("droppedAttributes"),
    events: table.events.get(row) ?? [],
    droppedEventsCount: word("droppedEvents"),
    links: table.links.get(row) ?? [],
    droppedLinksCount: word("droppedLinks"),
    status: { code: word("statusCode") | 0, message: text("statusMessage") },
  };
}

function attributeAt(table: SpanTable, index: number): KeyValue {
  const at = index * ATTRIBUTE_WORDS;
  const [keyWord, start, length] = table.attributes.subarray(at, at + ATTRIBUTE_WORDS) as unknown as [
    number,
    number,
    number,
  ];
  const key = table.keys.list[Math.floor(keyWord / KINDS)] as string;
  return { key, value: anyValueOf(keyWord % KINDS, table.text(start, length), table.values[start]) };
}

function anyValueOf(kind: number, text: string, value: AnyValue | undefined): AnyValue {
  if (kind === ValueKind.STRING) return { stringValue: text };
  if (kind === ValueKind.BOOL) return { boolValue: text === "true" };
  if (kind === ValueKind.INT) return { intValue: BigInt(text) };
  if (kind === ValueKind.DOUBLE) return { doubleValue: Number(text) };
  return value as AnyValue;
}

/** Messages as `messagesOf` has them: one resource for each scope, and ids of zeros are none. */
export function flat(data: TracesData): TracesData {
  const none = (id: string) => (/^0*$/.test(id) ? "" : id);
  return {
    resourceSpans: data.resourceSpans.flatMap(({ scopeSpans, ...rest }) =>
      scopeSpans.map(
        (scoped): ResourceSpans => ({
          ...rest,
          scopeSpans: [
            {
              ...scoped,
              spans: scoped.spans.map((span) => ({
                ...span,
                traceId: none(span.traceId),
                spanId: none(span.spanId),
                parentSpanId: none(span.parentSpanId),
              })),
            },
          ],
        }),
      ),
    ),
  };
}

/** What is in the table, or what is said against the body. */
export function outcomeOf(decode: () => SpanTable): TracesData | string {
  try {
    return messagesOf(decode());
  } catch (error) {
    if (!(error instanceof OtlpDecodeError || error instanceof OtlpTooLargeError)) throw error;
    return `${error.name}: ${error.message}`;
  }
}
