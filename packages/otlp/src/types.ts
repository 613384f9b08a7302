// The OpenTelemetry protocol's messages as we hold them in memory: the field names of OTLP/JSON, ids as lower-case
// hex, 64-bit integers as bigint, bytes as Uint8Array. The codecs beside this file turn them into each wire format.
// Source: opentelemetry-proto v1.9 (trace/v1, logs/v1, common/v1, resource/v1), without what only profiles have (`…_strindex`),
// which receivers of other signals are to take for absent.

/** One typed value. An object with no member set is OTLP's "empty" value, which is not the same as a missing one. */
export type AnyValue =
  | { stringValue: string }
  | { boolValue: boolean }
  | { intValue: bigint }
  | { doubleValue: number }
  | { bytesValue: Uint8Array }
  | { arrayValue: { values: AnyValue[] } }
  | { kvlistValue: { values: KeyValue[] } }
  | Record<string, never>;

export interface KeyValue {
  key: string;
  value: AnyValue;
}

/** An entity, such as a service or a host, by the keys of the resource's attributes that are about it. */
export interface EntityRef {
  schemaUrl: string;
  type: string;
  idKeys: string[];
  descriptionKeys: string[];
}

export interface Resource {
  attributes: KeyValue[];
  droppedAttributesCount: number;
  /** What it is made of; in development in the protocol, and absent where there are none. */
  entityRefs?: EntityRef[];
}

export interface InstrumentationScope {
  name: string;
  version: string;
  attributes: KeyValue[];
  droppedAttributesCount: number;
}

/** Values of `Span.kind`. */
export const SpanKind = {
  UNSPECIFIED: 0,
  INTERNAL: 1,
  SERVER: 2,
  CLIENT: 3,
  PRODUCER: 4,
  CONSUMER: 5,
} as const;

/** Values of `Status.code`. */
export const StatusCode = { UNSET: 0, OK: 1, ERROR: 2 } as const;

export interface Status {
  code: number;
  message: string;
}

export interface SpanEvent {
  timeUnixNano: bigint;
  name: string;
  attributes: KeyValue[];
  droppedAttributesCount: number;
}

export interface SpanLink {
  traceId: string;
  spanId: string;
  traceState: string;
  attributes: KeyValue[];
  droppedAttributesCount: number;
  flags: number;
}

export interface Span {
  /** 32 hex digits. */
  traceId: string;
  /** 16 hex digits. */
  spanId: string;
  /** 16 hex digits, or "" for a root. */
  parentSpanId: string;
  traceState: string;
  /** W3C trace flags in bits 0–7; bits 8 and 9 tell whether the parent is known to be remote. */
  flags: number;
  name: string;
  kind: number;
  startTimeUnixNano: bigint;
  endTimeUnixNano: bigint;
  attributes: KeyValue[];
  droppedAttributesCount: number;
  events: SpanEvent[];
  droppedEventsCount: number;
  links: SpanLink[];
  droppedLinksCount: number;
  status: Status;
}

export interface ScopeSpans {
  scope: InstrumentationScope;
  spans: Span[];
  schemaUrl: string;
}

export interface ResourceSpans {
  resource: Resource;
  scopeSpans: ScopeSpans[];
  schemaUrl: string;
}

/** The body of `POST /v1/traces`. */
export interface TracesData {
  resourceSpans: ResourceSpans[];
}

export interface LogRecord {
  timeUnixNano: bigint;
  observedTimeUnixNano: bigint;
  severityNumber: number;
  severityText: string;
  body: AnyValue;
  attributes: KeyValue[];
  droppedAttributesCount: number;
  flags: number;
  /** 32 hex digits, or "" for a log outside any trace. */
  traceId: string;
  /** 16 hex digits, or "". */
  spanId: string;
  eventName: string;
}

export interface ScopeLogs {
  scope: InstrumentationScope;
  logRecords: LogRecord[];
  schemaUrl: string;
}

export interface ResourceLogs {
  resource: Resource;
  scopeLogs: ScopeLogs[];
  schemaUrl: string;
}

/** The body of `POST /v1/logs`. */
export interface LogsData {
  resourceLogs: ResourceLogs[];
}
