// The shapes of our telemetry answers. They are the part of Cloudflare's declarations that we fill; a type test holds
// them assignable to those of the `cloudflare` package.

export interface Statistics {
  /** Uncompressed bytes of the rows read. */
  bytes_read: number;
  /** Seconds. */
  elapsed: number;
  /** Spans and logs in the time range, all of which are looked at. */
  rows_read: number;
}

export interface EventMetadata {
  /** Also the cursor for the page after this event. */
  id: string;
  type: string;
  service?: string;
  traceId?: string;
  spanId?: string;
  parentSpanId?: string;
  spanName?: string;
  /** Milliseconds, with a fraction. */
  duration?: number;
  /** Milliseconds since the Unix epoch, with a fraction. */
  startTime?: number;
  endTime?: number;
  level?: string;
  message?: string;
  error?: string;
  trigger?: string;
  transactionName?: string;
  origin?: string;
  statusCode?: number;
  url?: string;
  rayId?: string;
  requestId?: string;
  region?: string;
  coldStart?: number;
  provider?: string;
  cloudService?: string;
}

export type EventType =
  | "fetch"
  | "scheduled"
  | "alarm"
  | "cron"
  | "queue"
  | "email"
  | "tail"
  | "rpc"
  | "jsrpc"
  | "websocket"
  | "workflow"
  | "unknown";

export interface EventWorkers {
  eventType: EventType;
  scriptName: string;
  outcome?: string;
  requestId?: string;
  entrypoint?: string;
  executionModel?: "durableObject" | "stateless";
  durableObjectId?: string;
  scriptVersion?: { id: string };
  /** Where an invocation has more events than an answer holds. */
  truncated?: true;
  traceId?: string;
  spanId?: string;
}

/** An invocation that has ended. */
export interface EndedEventWorkers extends EventWorkers {
  outcome: string;
  cpuTimeMs: number;
  wallTimeMs: number;
}

export interface TelemetryEvent {
  $metadata: EventMetadata;
  $workers?: EventWorkers | EndedEventWorkers;
  dataset: string;
  /** Attributes of the event over those of its resource, as plain JSON. */
  source: { [key: string]: unknown };
  /** Milliseconds since the Unix epoch. */
  timestamp: number;
}

export interface EventSeries {
  /** Start of the bucket, ISO 8601. */
  time: string;
  data: Array<{
    aggregates: { _count: number; _interval: number };
    count: number;
    interval: number;
    sampleInterval: number;
    errors: number;
  }>;
}

export interface EventsResult {
  count: number;
  events: TelemetryEvent[];
  fields: Array<{ key: string; type: string }>;
  series?: EventSeries[];
}

export interface TraceResult {
  rootSpanName: string;
  rootTransactionName: string;
  service: string[];
  spans: number;
  traceDurationMs: number;
  traceEndMs: number;
  traceId: string;
  traceStartMs: number;
  errors?: string[];
}

export interface CalculationAggregate {
  /** How many events matched, sampled ones estimated. */
  count: number;
  /** The same as `sampleInterval`, by its old name. */
  interval: number;
  /** Events that each stored one stands for, on average. */
  sampleInterval: number;
  value: number;
  /** Without the keys that the events of this group have not. */
  groups?: Array<{ key: string; value: string | number | boolean }>;
}

export interface CalculationResult {
  /** The operator, as it was asked for. */
  calculation: string;
  alias?: string;
  aggregates: CalculationAggregate[];
  /** Every part of the time range; those without events have no data. */
  series: Array<{ time: string; data: CalculationAggregate[] }>;
}

/** How many events have which values when: a row of the matrix for each range of values, a column for each part of time. */
export interface DistributionResult {
  /** Start of each part of time, ISO 8601. */
  bins: string[];
  /** Ascending; one more than there are ranges, none where no event has a value. */
  bucketBoundaries: number[];
  bucketMode: "log" | "linear";
  /** Such as `50–100ms`. */
  buckets: string[];
  /** Sampled events for as many as they stand for. */
  matrix: number[][];
}

/** A trace in which an agent was invoked. */
export interface AgentRun {
  /** Also the cursor for the page after this run. */
  id: string;
  traceId: string;
  status: "completed" | "error";
  errors: string[];
  models: string[];
  providers: string[];
  services: string[];
  spans: number;
  traceDurationMs: number;
  traceEndMs: number;
  traceStartMs: number;
  agentId?: string;
  agentName?: string;
  conversationId?: string;
  inputTokens?: number;
  outputTokens?: number;
}

export interface SavedQuery {
  id: string;
  /** Whether it was sent with its request and never saved. */
  adhoc: boolean;
  created: string;
  createdBy: string;
  description: string | null;
  name: string;
  parameters: object;
  updated: string;
  updatedBy: string;
}

export interface QueryRun {
  id: string;
  accountId: string;
  dry: boolean;
  granularity: number;
  query: SavedQuery;
  status: "COMPLETED";
  timeframe: { from: number; to: number };
  userId: string;
  created: string;
  updated: string;
  statistics: Statistics;
}

export interface QueryResult {
  run: QueryRun;
  statistics: Statistics;
  events?: EventsResult;
  traces?: TraceResult[];
  calculations?: CalculationResult[];
  compare?: CalculationResult[];
  distribution?: DistributionResult;
  invocations?: { [requestId: string]: TelemetryEvent[] };
  agents?: AgentRun[];
}

export interface ValueResult {
  dataset: string;
  key: string;
  type: "string" | "boolean" | "number";
  value: string | number | boolean;
}

export interface KeyResult {
  key: string;
  /** Milliseconds since the Unix epoch. */
  lastSeenAt: number;
  type: "string" | "boolean" | "number";
}
