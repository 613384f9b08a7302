// The shapes of contract.ts as JSON Schema, for the OpenAPI document. A test holds real answers against them, and they
// allow no field that they do not name.

type Schema = { readonly [key: string]: unknown };

const text = (description?: string): Schema => ({ type: "string", ...(description && { description }) });
const integer = (description?: string): Schema => ({ type: "integer", ...(description && { description }) });
const boolean: Schema = { type: "boolean" };
const list = (items: Schema): Schema => ({ type: "array", items });
export const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });

/** Every property is required unless its name ends in "?". */
function object(properties: Record<string, Schema>, description?: string): Schema {
  const names = Object.keys(properties);
  return {
    type: "object",
    ...(description && { description }),
    properties: Object.fromEntries(names.map((name) => [name.replace("?", ""), properties[name]])),
    required: names.filter((name) => !name.endsWith("?")),
    additionalProperties: false,
  };
}

const nanos: Schema = {
  type: "string",
  pattern: "^\\d+$",
  description: "Nanoseconds since the Unix epoch, in decimal.",
};
const traceId: Schema = { type: "string", pattern: "^[0-9a-f]{32}$" };
const spanId: Schema = { type: "string", pattern: "^[0-9a-f]{16}$" };
const spanIdOrNone: Schema = { type: "string", pattern: "^([0-9a-f]{16})?$" };
const attributes = list(ref("KeyValue"));
const dropped = { droppedAttributesCount: integer() };
const origin = {
  resource: integer("Index into `resources`."),
  scope: integer("Index into `scopes`."),
};

/** A value of JSON that is no list and no object. */
const plain: Schema = { type: ["string", "number", "boolean", "null"] };

export const SCHEMAS: { readonly [name: string]: Schema } = {
  Value: {
    description: "A value in the encoding of OTLP/JSON; an object without members is OTLP's empty value.",
    anyOf: [
      object({ stringValue: text() }),
      object({ boolValue: boolean }),
      object({ intValue: { type: "string", pattern: "^-?\\d+$" } }),
      object({
        doubleValue: { anyOf: [{ type: "number" }, { enum: ["NaN", "Infinity", "-Infinity", "-0"] }] },
      }),
      object({ bytesValue: text("Base64.") }),
      object({ arrayValue: object({ values: list(ref("Value")) }) }),
      object({ kvlistValue: object({ values: attributes }) }),
      object({}),
    ],
  },
  KeyValue: object({ key: text(), value: ref("Value") }),
  SpanEvent: object({ timeUnixNano: nanos, name: text(), attributes, ...dropped }),
  SpanLink: object({
    traceId: { type: "string", pattern: "^([0-9a-f]{32})?$" },
    spanId: spanIdOrNone,
    traceState: text(),
    attributes,
    ...dropped,
    flags: integer(),
  }),
  Span: object({
    traceId,
    spanId,
    parentSpanId: spanIdOrNone,
    traceState: text(),
    flags: integer(),
    name: text(),
    kind: integer("OTLP's SpanKind: 1 internal, 2 server, 3 client, 4 producer, 5 consumer."),
    startTimeUnixNano: nanos,
    endTimeUnixNano: nanos,
    attributes,
    ...dropped,
    events: list(ref("SpanEvent")),
    droppedEventsCount: integer(),
    links: list(ref("SpanLink")),
    droppedLinksCount: integer(),
    status: object({ code: integer("0 unset, 1 ok, 2 error."), message: text() }),
    ...origin,
  }),
  Log: object({
    timeUnixNano: nanos,
    observedTimeUnixNano: nanos,
    severityNumber: integer("OTLP's SeverityNumber: 5 debug, 9 info, 13 warn, 17 error."),
    severityText: text(),
    body: ref("Value"),
    attributes,
    ...dropped,
    flags: integer(),
    traceId: { type: "string", pattern: "^([0-9a-f]{32})?$" },
    spanId: spanIdOrNone,
    eventName: text(),
    ...origin,
  }),
  EntityRef: object({
    schemaUrl: text(),
    type: text(),
    idKeys: list(text()),
    descriptionKeys: list(text()),
  }),
  Trace: object({
    traceId,
    spans: list(ref("Span")),
    logs: list(ref("Log")),
    resources: list(
      object({ attributes, ...dropped, schemaUrl: text(), "entityRefs?": list(ref("EntityRef")) }),
    ),
    scopes: list(object({ name: text(), version: text(), attributes, ...dropped, schemaUrl: text() })),
  }),
  TraceSummary: object({
    traceId,
    rootSpanId: spanIdOrNone,
    rootName: text(),
    service: text(),
    services: list(text()),
    startTimeUnixNano: nanos,
    endTimeUnixNano: nanos,
    durationNano: { type: "string", pattern: "^-?\\d+$" },
    spanCount: integer(),
    errorCount: integer(),
    logCount: integer(),
    statusCode: integer(),
    "httpStatusCode?": integer(),
    "isInFlight?": { const: true, description: "An invocation goes on: its open spans have an end of 0." },
  }),
  TraceList: object({ traces: list(ref("TraceSummary")) }),
  TraceHeatmap: object({
    bucketMs: integer(),
    levelsPerDecade: integer(),
    cells: list(
      object({
        startMs: integer("Multiples of bucketMs since 1970."),
        level: integer("k holds durations from 10^(k / levelsPerDecade) ns to below those of k + 1."),
        count: integer(),
        errors: integer("Of these traces, those with a span that failed."),
      }),
    ),
  }),
  Session: object({ isLoggedIn: boolean }),
  Services: object({ services: list(object({ name: text(), lastSeenUnixNano: nanos })) }),
  Ready: object({
    status: { enum: ["ready", "unready"] },
    checks: object(
      { serving: text(), store: text(), directory: text(), disk: text() },
      '"ok", or what is wrong.',
    ),
  }),
  SentMessages: object({
    sent: list(
      object({
        key: text("Of this message and no other."),
        outline: text("A digest of what both ends see of its body."),
        from: integer("Unix milliseconds between which the queue took it."),
        until: integer(),
        traceId: text("Of the span that has sent it."),
        spanId: text(),
        traceState: text(),
      }),
    ),
  }),
  ServiceMap: object({
    calls: list(
      object({
        caller: text('"" for what came from outside.'),
        callee: text(),
        count: integer(),
        errors: integer(),
        p50Nano: { type: "string", pattern: "^\\d+$" },
        p95Nano: { type: "string", pattern: "^\\d+$" },
      }),
    ),
  }),
  Health: object({ status: { enum: ["ok"] } }),
  Completion: object({
    from: integer("Where the text that an item replaces begins."),
    to: integer("Where it ends: at the cursor."),
    items: list(
      object({ kind: { enum: ["key", "operator", "value", "word"] }, text: text(), "about?": text() }),
    ),
  }),
  SqlRequest: object({
    sql: { type: "string", maxLength: 20_000 },
    "params?": {
      anyOf: [list(plain), { type: "object", additionalProperties: plain }],
      description: "A list for ? and $1, an object for $name.",
    },
    "limit?": { type: "integer", minimum: 1, maximum: 10_000, default: 1000 },
  }),
  SqlResult: object({
    columns: list(object({ name: text(), type: text() })),
    rows: list(list({})),
    truncated: boolean,
    elapsedMs: { type: "number" },
  }),
  Error: object({
    error: object({
      code: text("Stable, for programs."),
      message: text("What was wrong and how to mend it."),
      "range?": object({ from: integer(), to: integer() }, "Of invalid_search: the part that is wrong."),
      "expected?": list(text("Of invalid_search: what could stand there.")),
    }),
  }),
};
