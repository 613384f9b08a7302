// Arbitrary OTLP messages for property tests: every kind of value, ids, 64-bit extremes, text beyond ASCII.

import fc from "fast-check";
import type {
  AnyValue,
  EntityRef,
  KeyValue,
  LogRecord,
  LogsData,
  Resource,
  Span,
  SpanEvent,
  SpanLink,
  TracesData,
} from "./types.ts";

const text = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: "grapheme", maxLength: 12 }),
  fc.constant("é".repeat(40)),
);
const hex = (digits: number) =>
  fc
    .array(fc.integer({ min: 0, max: 15 }), { minLength: digits, maxLength: digits })
    .map((values) => values.map((value) => value.toString(16)).join(""));
const traceId = hex(32);
const spanId = hex(16);
const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const uint32 = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 2 ** 32 - 1 }));
const int32 = fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }));

/** Without negative zero, whose sign JSON does not keep. */
const double = fc.double().map((value) => (value === 0 ? 0 : value));

export const anyValue: fc.Arbitrary<AnyValue> = fc.letrec<{ value: AnyValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constant({}),
    text.map((stringValue) => ({ stringValue })),
    fc.boolean().map((boolValue) => ({ boolValue })),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((intValue) => ({ intValue })),
    double.map((doubleValue) => ({ doubleValue })),
    fc.uint8Array({ maxLength: 20 }).map((bytes) => ({ bytesValue: new Uint8Array(bytes) })),
    fc.array(tie("value"), { maxLength: 3 }).map((values) => ({ arrayValue: { values } })),
    fc
      .array(fc.record({ key: text, value: tie("value") }), { maxLength: 3 })
      .map((values) => ({ kvlistValue: { values } })),
  ),
})).value;

const attributes: fc.Arbitrary<KeyValue[]> = fc.array(fc.record({ key: text, value: anyValue }), {
  maxLength: 4,
});

const event: fc.Arbitrary<SpanEvent> = fc.record({
  timeUnixNano: uint64,
  name: text,
  attributes,
  droppedAttributesCount: uint32,
});

const link: fc.Arbitrary<SpanLink> = fc.record({
  traceId,
  spanId,
  traceState: text,
  attributes,
  droppedAttributesCount: uint32,
  flags: uint32,
});

export const span: fc.Arbitrary<Span> = fc.record({
  traceId,
  spanId,
  parentSpanId: fc.oneof(fc.constant(""), spanId),
  traceState: text,
  flags: uint32,
  name: text,
  kind: int32,
  startTimeUnixNano: uint64,
  endTimeUnixNano: uint64,
  attributes,
  droppedAttributesCount: uint32,
  events: fc.array(event, { maxLength: 2 }),
  droppedEventsCount: uint32,
  links: fc.array(link, { maxLength: 2 }),
  droppedLinksCount: uint32,
  status: fc.record({ code: int32, message: text }),
});

export const log: fc.Arbitrary<LogRecord> = fc.record({
  timeUnixNano: uint64,
  observedTimeUnixNano: uint64,
  severityNumber: int32,
  severityText: text,
  body: anyValue,
  attributes,
  droppedAttributesCount: uint32,
  flags: uint32,
  traceId: fc.oneof(fc.constant(""), traceId),
  spanId: fc.oneof(fc.constant(""), spanId),
  eventName: text,
});

const keys = fc.array(text, { maxLength: 2 });
const entityRef: fc.Arbitrary<EntityRef> = fc.record({
  schemaUrl: text,
  type: text,
  idKeys: keys,
  descriptionKeys: keys,
});

const resource: fc.Arbitrary<Resource> = fc.record(
  {
    attributes,
    droppedAttributesCount: uint32,
    entityRefs: fc.array(entityRef, { minLength: 1, maxLength: 2 }),
  },
  { requiredKeys: ["attributes", "droppedAttributesCount"] },
);
const scope = fc.record({ name: text, version: text, attributes, droppedAttributesCount: uint32 });

export const tracesData: fc.Arbitrary<TracesData> = fc.record({
  resourceSpans: fc.array(
    fc.record({
      resource,
      scopeSpans: fc.array(fc.record({ scope, spans: fc.array(span, { maxLength: 3 }), schemaUrl: text }), {
        maxLength: 2,
      }),
      schemaUrl: text,
    }),
    { maxLength: 2 },
  ),
});

export const logsData: fc.Arbitrary<LogsData> = fc.record({
  resourceLogs: fc.array(
    fc.record({
      resource,
      scopeLogs: fc.array(
        fc.record({ scope, logRecords: fc.array(log, { maxLength: 3 }), schemaUrl: text }),
        { maxLength: 2 },
      ),
      schemaUrl: text,
    }),
    { maxLength: 2 },
  ),
});
