// The wire types of our own routes under /api, shared with the explorer and the CLI. What Cloudflare's telemetry API
// can say is said in its terms (see the routes under /client/v4); these say what it cannot: a whole trace, losslessly,
// and that something new has arrived. This file has no imports besides types and runs anywhere.

import type { Completion } from "../query/search/complete.ts";
import type { SqlJson } from "../store/sql.ts";

/** A decimal string of nanoseconds since the Unix epoch: JSON numbers cannot hold it. */
export type UnixNano = string;

/**
 * An attribute's value in OTLP/JSON's own encoding, so that nothing is lost: `{stringValue}`, `{boolValue}`,
 * `{intValue: "42"}`, `{doubleValue}`, `{bytesValue: base64}`, `{arrayValue}`, `{kvlistValue}` or `{}`.
 */
export type WireValue =
  | { stringValue: string }
  | { boolValue: boolean }
  | { intValue: string }
  | { doubleValue: number | "NaN" | "Infinity" | "-Infinity" | "-0" }
  | { bytesValue: string }
  | { arrayValue: { values: WireValue[] } }
  | { kvlistValue: { values: WireKeyValue[] } }
  | Record<string, never>;

export interface WireKeyValue {
  key: string;
  value: WireValue;
}

export interface WireSpanEvent {
  timeUnixNano: UnixNano;
  name: string;
  attributes: WireKeyValue[];
  droppedAttributesCount: number;
}

export interface WireSpanLink {
  traceId: string;
  spanId: string;
  traceState: string;
  attributes: WireKeyValue[];
  droppedAttributesCount: number;
  flags: number;
}

export interface WireSpan {
  traceId: string;
  spanId: string;
  /** "" for a root. The parent may be missing from the trace (an orphan). */
  parentSpanId: string;
  traceState: string;
  flags: number;
  name: string;
  /** OTLP's SpanKind: 0 unspecified, 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  kind: number;
  startTimeUnixNano: UnixNano;
  endTimeUnixNano: UnixNano;
  attributes: WireKeyValue[];
  droppedAttributesCount: number;
  events: WireSpanEvent[];
  droppedEventsCount: number;
  links: WireSpanLink[];
  droppedLinksCount: number;
  /** OTLP's StatusCode: 0 unset, 1 ok, 2 error. */
  status: { code: number; message: string };
  /** Index into `TraceResponse.resources`. */
  resource: number;
  /** Index into `TraceResponse.scopes`. */
  scope: number;
}

export interface WireLog {
  timeUnixNano: UnixNano;
  observedTimeUnixNano: UnixNano;
  /** OTLP's SeverityNumber: 5 debug, 9 info, 13 warn, 17 error. */
  severityNumber: number;
  severityText: string;
  body: WireValue;
  attributes: WireKeyValue[];
  droppedAttributesCount: number;
  flags: number;
  traceId: string;
  /** "" when the log belongs to the trace but to no span. */
  spanId: string;
  eventName: string;
  /** Index into `TraceResponse.resources`. */
  resource: number;
  /** Index into `TraceResponse.scopes`. */
  scope: number;
}

export interface WireResource {
  attributes: WireKeyValue[];
  droppedAttributesCount: number;
  schemaUrl: string;
  /** Where there are any. */
  entityRefs?: WireEntityRef[];
}

/** An entity by the keys of the resource's attributes that identify and describe it. */
export interface WireEntityRef {
  schemaUrl: string;
  type: string;
  idKeys: string[];
  descriptionKeys: string[];
}

export interface WireScope {
  name: string;
  version: string;
  attributes: WireKeyValue[];
  droppedAttributesCount: number;
  schemaUrl: string;
}

/** `GET /api/traces/:traceId` — everything stored of one trace, at nanosecond precision; 404 where there is nothing. */
export interface TraceResponse {
  traceId: string;
  /** Ordered by start time, then by arrival. */
  spans: WireSpan[];
  /** Ordered by time, then by arrival. */
  logs: WireLog[];
  resources: WireResource[];
  scopes: WireScope[];
}

/** One row of the trace list. */
export interface TraceSummary {
  traceId: string;
  /** "" while the root span has not arrived. */
  rootSpanId: string;
  /** Such as `GET /orders/42`; the earliest span's name while the root has not arrived. */
  rootName: string;
  /** `service.name` of the root's resource. */
  service: string;
  /** All services in the trace, the root's first. */
  services: string[];
  startTimeUnixNano: UnixNano;
  endTimeUnixNano: UnixNano;
  /** Latest end minus earliest start over all spans. */
  durationNano: string;
  spanCount: number;
  /** Spans whose status is error. */
  errorCount: number;
  logCount: number;
  /** The root's status code, or 0 while it has not arrived. */
  statusCode: number;
  /** `http.response.status_code` of the root, where it has one. */
  httpStatusCode?: number;
  /** An invocation of it goes on: its open spans have an end of 0, and the trace ends now. */
  isInFlight?: true;
}

/**
 * `GET /api/traces?limit=100&before=<UnixNano>-<traceId>&service=<name>&search=<search>` — traces that have an event which
 * passes the search (docs/search.md), newest first by start time, then by trace id.
 * `before` with start and id of the last row gives the next page, so that traces which start together are not lost
 * between two; `before=<UnixNano>` alone gives only traces that started strictly earlier. `errors=1` wants traces with a
 * span that failed, `took=<ns>-<ns>` those whose root took so long, the second exclusive.
 *
 * With `sort=duration`, `spans`, `errors` or `logs`: those that have most of it, of all that began in `from=<ms>&to=<ms>`.
 */
export interface TraceListResponse {
  traces: TraceSummary[];
}

/**
 * `GET /api/traces/heatmap?from=<ms>&to=<ms>&buckets=90` and what the list takes of service, search, errors and took — all
 * such traces, counted by when their roots began and how long these took. Cells without traces are left out.
 */
export interface TraceHeatmapResponse {
  bucketMs: number;
  levelsPerDecade: number;
  cells: Array<{
    /** Multiples of `bucketMs` since 1970. */
    startMs: number;
    /** k holds durations from 10^(k / levelsPerDecade) ns to below those of k + 1. */
    level: number;
    count: number;
    /** Of these traces, those with a span that failed. */
    errors: number;
  }>;
}

/** `GET /api/session` — whether the asker is a browser that has logged in, and so may log out. */
export interface SessionResponse {
  isLoggedIn: boolean;
}

/** `GET /api/search/complete?text=<search>&cursor=<position>` — what may stand at the cursor of a search being typed. */
export type SearchCompletionResponse = Completion;

/**
 * `POST /api/sql {sql, params?, limit?}` — the rows of one SELECT over the views of docs/sql.md. `params` are a list for `?`
 * and `$1`, or an object for `$name`; `limit` is 1,000 rows unless said otherwise, 10,000 at most.
 */
export interface SqlResponse {
  columns: Array<{ name: string; type: string }>;
  /** Integers beyond 2^53, decimals, times and infinities are text; maps are objects, bytes base64. */
  rows: SqlJson[][];
  /** Whether there were more rows than `limit`, or than the 16 MiB that an answer holds. */
  truncated: boolean;
  elapsedMs: number;
}

/** `GET /api/services` — every service that has stored spans or logs, by name. */
export interface ServicesResponse {
  services: Array<{
    /** `service.name` of the resource. */
    name: string;
    /** Start of its latest span, or time of its latest log. */
    lastSeenUnixNano: UnixNano;
  }>;
}

/**
 * `GET /api/services/map?from=<ms>&to=<ms>` — calls between services that began in the time range, in ms since 1970; the
 * pairs of the most calls first, at most 1,000.
 */
export interface ServiceMapResponse {
  calls: Array<{
    /** `service.name`; "" for what came from outside. */
    caller: string;
    callee: string;
    count: number;
    errors: number;
    /** How long the callee took: the median, and what 95 % stayed below. Decimal nanoseconds. */
    p50Nano: string;
    p95Nano: string;
  }>;
}

/**
 * `GET /api/live` — Server-Sent Events. `event: changed` carries a `LiveChange` as JSON after every commit that stored
 * spans or logs (at most ten a second; ids of changes in between are merged); `event: ping` every 15 s.
 */
export interface LiveChange {
  /** Traces that gained spans or logs. More than 1,000 at once are given as an empty list with `truncated`. */
  traceIds: string[];
  truncated: boolean;
}

/** `GET /api/destinations` — where telemetry goes on to. Counts are of spans and logs since the server's start. */
export interface DestinationsResponse {
  destinations: Array<{
    name: string;
    slug: string;
    enabled: boolean;
    source: "settings" | "environment" | "api";
    tracesUrl?: string;
    logsUrl?: string;
    /** Whose telemetry it gets. */
    services: "all" | string[];
    /** What waits for it on disk. */
    waitingBytes: number;
    sent: number;
    /** Of `sent`, those that it rejected one by one. */
    rejected: number;
    /** Given up, since it will never take them. */
    refused: number;
    /** Given up, since its queue was full. */
    dropped: number;
    lastSentUnixMs?: number;
    lastFailureUnixMs?: number;
    lastFailure?: string;
  }>;
}

/** The body of every answer that is not 2xx under /api. */
export interface ApiError {
  error: {
    /** Stable, machine-readable: `trace_not_found`, `invalid_parameter`, … */
    code: string;
    /** Says what was wrong and how to mend it. */
    message: string;
    /** Of `invalid_search`: the part of the search that is wrong, in UTF-16 code units, `to` exclusive. */
    range?: { from: number; to: number };
    /** Of `invalid_search`: what could stand there instead, in words. */
    expected?: readonly string[];
  };
}

/** Of `GET /readyz`: 200 when `status` is "ready", else 503. */
export interface ReadyResponse {
  status: "ready" | "unready";
  /** "ok", or what is wrong. */
  checks: Record<"serving" | "store" | "directory" | "disk", string>;
}
/** What the telemetry API answers, for those who ask it without Cloudflare's client. */
export type {
  CalculationAggregate,
  CalculationResult,
  EventSeries,
  EventsResult,
  KeyResult,
  TelemetryEvent,
} from "../query/answer.ts";
