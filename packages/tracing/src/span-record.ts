// What a span has to say, as the rest of the core and the encoder see it.
import type { SpanStatus } from "./api.ts";

export type AttributeValue = string | number | boolean | bigint | readonly (string | number | boolean)[];

/** Keys and values in turn, in the order they were set; of equal keys the last one holds. */
export type FlatAttributes = (string | AttributeValue)[];

export interface SpanEvent {
  /** A reading of the host's clock. */
  time: number;
  name: string;
  attributes: FlatAttributes;
}

/** Another span that this one tells of, mostly in another trace. */
export interface SpanLink {
  traceId: string;
  spanId: string;
  sampled: boolean;
  /** "" when there is none. */
  traceState: string;
  attributes: FlatAttributes;
}

/** The library that made a span, where it is not the tracing API itself. */
export interface Scope {
  name: string;
  version: string;
  schemaUrl: string;
}

/** OpenTelemetry's SpanKind. */
export type SpanKind = 1 | 2 | 3 | 4 | 5;
export const INTERNAL: SpanKind = 1;
export const SERVER: SpanKind = 2;
export const CLIENT: SpanKind = 3;
export const PRODUCER: SpanKind = 4;
export const CONSUMER: SpanKind = 5;

export interface SpanRecord {
  index: number;
  /** Index of the parent in the same invocation, or -1 for the root, whose parent is remote or none. */
  parentIndex: number;
  name: string;
  kind: SpanKind;
  /** Readings of the host's clock; `end` is NaN while the span is open. */
  start: number;
  end: number;
  attributes: FlatAttributes;
  events: readonly SpanEvent[];
  droppedEvents: number;
  droppedAttributes: number;
  links: readonly SpanLink[];
  droppedLinks: number;
  scope: Scope | undefined;
  status: SpanStatus;
}
