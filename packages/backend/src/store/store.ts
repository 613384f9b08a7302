// What a storage engine must do. ingest/ writes through it, query/ and http/ read through it; nobody else knows which
// engine is behind it. Every implementation passes store.case.ts.

import type {
  InstrumentationScope,
  LogRecord,
  LogsData,
  Resource,
  Span,
  SpanTable,
  TracesData,
} from "@enterspan/otlp";
import type { AggregateQuery, AggregateRow } from "./aggregate.ts";
import type { Documents } from "./documents.ts";
import type { EventFilter, Needle } from "./filter.ts";
import type { SqlStore } from "./sql.ts";
import type { TopTracesQuery, TraceCell, TraceCountQuery, TraceSelection } from "./trace-queries.ts";

/** Logs of one resource and scope, as they came in one request. */
export interface LogGroup {
  resource: Resource;
  resourceSchemaUrl: string;
  scope: InstrumentationScope;
  scopeSchemaUrl: string;
  logs: readonly LogRecord[];
}

/** One request's worth of records that passed validation: ids are present, times lie in `ALL_TIME`. */
export interface WriteRequest {
  /** Rows that did not pass are marked as refused. */
  spans?: SpanTable;
  logs: readonly LogGroup[];
}

/** A span that a write stored for the first time and that begins a service's part in a trace: one a request handled. */
export interface StoredEntry {
  traceId: string;
  spanId: string;
  /** False where the trace began in another process, which called this one. */
  isRoot: boolean;
  /** As a trace list shows it: `GET /orders/42` for HTTP, else the span's name. */
  name: string;
  service: string;
  startTimeUnixNano: bigint;
  endTimeUnixNano: bigint;
  /** OTLP's StatusCode. */
  statusCode: number;
  httpStatusCode?: number;
}

/** What a committed write changed. Records that were stored before do not count. */
export interface WriteResult {
  spans: number;
  logs: number;
  /** Traces that gained spans or logs, each once. */
  readonly traceIds: readonly string[];
  readonly entries: readonly StoredEntry[];
  /** Of every record that it stored. */
  readonly positions: readonly EventPosition[];
}

export interface StoredResource extends Resource {
  schemaUrl: string;
}

export interface StoredScope extends InstrumentationScope {
  schemaUrl: string;
}

/**
 * A whole trace, exactly as it was sent. Spans are ordered by start and logs by time, then by arrival. Each may be made only
 * when it is come to: who takes them one by one does not hold the millions of objects that a large trace is.
 */
export interface StoredTrace {
  spans: Iterable<Span & { resource: number; scope: number }>;
  logs: Iterable<LogRecord & { resource: number; scope: number }>;
  /** What the `resource` numbers index. */
  resources: StoredResource[];
  scopes: StoredScope[];
}

export interface TraceOverview {
  traceId: string;
  /** The root's, or that of the first span called from elsewhere; "" while neither has arrived. */
  rootSpanId: string;
  /** The root's own name, or the earliest span's. */
  rootSpanName: string;
  /** As in `StoredEntry.name`. */
  rootName: string;
  service: string;
  /** All services of the trace, the root's first, then by name. */
  services: string[];
  startTimeUnixNano: bigint;
  endTimeUnixNano: bigint;
  spanCount: number;
  errorCount: number;
  logCount: number;
  statusCode: number;
  httpStatusCode?: number;
  /** Distinct error messages, at most 10. */
  errors: string[];
}

/** A place in the list of traces: after the trace of this start and id, or after all of this start or later. */
export interface TracePosition {
  startUnixNano: bigint;
  /** 32 lower-case hex digits. Without it, traces of the same start are passed over. */
  traceId?: string;
}

export interface TraceListQuery extends TraceSelection {
  /** At least 1. */
  limit: number;
  /** Only traces that come after this in list order: ones that started earlier, or together with it and a later id. */
  before?: TracePosition;
}

export interface ServiceOverview {
  name: string;
  lastSeenUnixNano: bigint;
}

/** Calls that began in a time range. */
export interface ServiceMapQuery {
  /** Inclusive. */
  fromUnixNano: bigint;
  /** Exclusive. */
  toUnixNano: bigint;
  /** Pairs of services, those of the most calls first. */
  limit: number;
}

/** What one service asked of another, or what came from outside. */
export interface ServiceCalls {
  /** `service.name`; "" for what came from outside, or from a caller of whom nothing is stored. */
  caller: string;
  callee: string;
  count: number;
  /** Of these calls, those whose span has the status error. */
  errors: number;
  /** Quantiles of how long the callee took, interpolated. */
  p50Nano: bigint;
  p95Nano: bigint;
}

/** A span or a log with its resource, for lists that mix both. */
export type StoredEvent =
  | { kind: "span"; span: Span; resource: StoredResource; error: string | undefined }
  | { kind: "log"; log: LogRecord; atUnixNano: bigint; key: string; resource: StoredResource };

/** Where a page of events ends: the event's time and its identity, which breaks ties. */
export type EventPosition =
  | { kind: "span"; atUnixNano: bigint; traceId: string; spanId: string }
  | { kind: "log"; atUnixNano: bigint; key: string };

export interface EventQuery {
  where: EventFilter;
  limit: number;
  /** The page after (older than) or before this position. */
  from?: { position: EventPosition; direction: "next" | "prev" };
  /** Only events at these positions; some ten thousand at most. */
  among?: readonly EventPosition[];
}

/** Matching events per time bucket; buckets without events are left out. */
export interface EventBucket {
  startUnixNano: bigint;
  /** How many the stored ones stand for, as in `AggregateRow`; so do `errors`. */
  count: number;
  stored: number;
  errors: number;
}

export interface EventKey {
  key: string;
  type: "string" | "number" | "boolean";
  lastSeenUnixNano: bigint;
}

/** What a query over `where` has to look at: the rows in its time range and their uncompressed size. */
export interface Extent {
  rows: number;
  bytes: number;
}

/** Times in [from, to): of spans their start, of logs as lists order them. */
export interface ExportRange {
  fromUnixNano: bigint;
  toUnixNano: bigint;
}

/** Some thousands of records, or as many megabytes of text as a request may well have. */
export interface ExportedPage<Data> {
  data: Data;
  records: number;
  /** Where the next page begins; undefined after the last. */
  next: bigint | undefined;
}

/** What a store may keep. */
export interface PruneLimits {
  /** Spans that start before this and logs of a time before it are deleted. */
  beforeUnixNano?: bigint;
  /** What records may take on disk. Beyond it the oldest are deleted, some more than need be. */
  maxBytes?: number;
}

/** Records that were deleted. */
export interface Pruned {
  spans: number;
  logs: number;
}

/** Reads see every write that was acknowledged before they began, and do not wait for writes in progress. */
export interface Store extends Documents, SqlStore {
  /** A write of exactly so many new spans costs much less for each than one of fewer. */
  readonly bulkSpans: number;
  /**
   * Stores all requests in one transaction; resolves when they are durable. A span that is already stored (same trace
   * id, span id and start) and a log that is already stored (same content, same place among its equals in its request)
   * are ignored, so sending again is safe. One call at a time; the caller queues.
   *
   * @throws StoreUnavailableError when nothing could be stored; sending the same again later is right.
   */
  write(requests: readonly WriteRequest[]): Promise<WriteResult>;
  /** Newest first by the trace's earliest start that is set, then by trace id. */
  listTraces(query: TraceListQuery): Promise<TraceOverview[]>;
  /** Those that have most of something, most first; equal ones in the order of the list. */
  topTraces(query: TopTracesQuery): Promise<TraceOverview[]>;
  /** Counts traces by the start and the duration of their roots; those without a root do not count. In no order. */
  countTraces(query: TraceCountQuery): Promise<TraceCell[]>;
  /**
   * `undefined` when nothing of it is stored. `traceId` is 32 lower-case hex digits.
   *
   * @throws StoreQueryError `trace_too_large` for one that would take more memory than a process may well have.
   */
  getTrace(traceId: string): Promise<StoredTrace | undefined>;
  listServices(): Promise<ServiceOverview[]>;
  /** Calls between services; what a service asks of itself is left out. */
  mapServices(query: ServiceMapQuery): Promise<ServiceCalls[]>;
  /** Newest first; spans by start, logs by time. */
  listEvents(query: EventQuery): Promise<StoredEvent[]>;
  /** Counts matching events in buckets of `bucketNano`, aligned to multiples of it. */
  countEvents(where: EventFilter, bucketNano: bigint): Promise<EventBucket[]>;
  /** Numbers of the events that match, by group and by time. */
  aggregate(query: AggregateQuery): Promise<AggregateRow[]>;
  /** Keys that matching events have: attribute keys as stored, and `$metadata.…` for what is a field of its own. */
  listKeys(where: EventFilter): Promise<EventKey[]>;
  /** Names of all attributes that events and resources were ever stored with, in no order, without reading rows. */
  attributeKeys(): Promise<string[]>;
  measure(where: EventFilter): Promise<Extent>;
  /** Those of `texts` that hold the needle: its regular expressions run in the engine, where none can run away. */
  matchTexts(texts: readonly string[], needle: Needle): Promise<string[]>;
  /**
   * The first records of the range, exactly as they were sent, by time and then by arrival; the page ends between two
   * times. Of logs that came without a time, the one at which they came stands as the time of observation.
   */
  exportSpans(range: ExportRange): Promise<ExportedPage<TracesData>>;
  exportLogs(range: ExportRange): Promise<ExportedPage<LogsData>>;
  /**
   * Deletes what lies beyond the limits and gives its space to later writes. Waits for the write in progress, as later
   * writes wait for it. A trace that crosses a limit keeps its later part.
   *
   * @throws StoreUnavailableError
   */
  prune(limits: PruneLimits): Promise<Pruned>;
  /** Finishes the write in progress, makes the file compact and closes it. A second call does nothing. */
  close(): Promise<void>;
}

/** The store cannot take or answer anything now: disk full, closing, fatal engine error. Not the sender's fault. */
export class StoreUnavailableError extends Error {
  override readonly name = "StoreUnavailableError";
}

export type QueryErrorCode =
  | "invalid_regex"
  | "timeout"
  | "out_of_range"
  | "invalid_sql"
  | "sql_limit"
  | "trace_too_large";

/** The query itself is at fault, such as a regular expression that does not compile. */
export class StoreQueryError extends Error {
  override readonly name = "StoreQueryError";
  readonly code: QueryErrorCode;

  constructor(code: QueryErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
