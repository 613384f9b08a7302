// How the spans of an invocation lie in memory, for the table that writes them and the one place that reads them back.
import type { SpanStatus } from "./api.ts";
import type { AttributeValue, Scope, SpanEvent, SpanLink } from "./span-record.ts";

/** Readings of the host's clock; the end is NaN while the span is open. */
export const START = 0;
export const END = 1;
export const PARENT = 2;
export const KIND = 3;
/** At most so many bytes count against the span's limit; infinite once they are counted exactly. */
export const MOST_BYTES = 4;
export const WIDTH = 5;

/** What few spans have. */
export interface Rarity {
  status?: SpanStatus;
  events?: SpanEvent[];
  droppedEvents?: number;
  droppedAttributes?: number;
  /** Counted exactly against the span's limit: all, or while attributes are not, what is no attribute. */
  bytes?: number;
  links?: SpanLink[];
  droppedLinks?: number;
  scope?: Scope;
  /** For a platform call that we wrap: whether the runtime has instrumented the very same call and joined the span. */
  joined?: boolean;
}

/** All spans of an invocation, in the order they were opened. */
export interface Columns {
  /** The numbers of each span, a row of `WIDTH` each; there may be room for more. */
  rows: Float64Array;
  readonly names: readonly string[];
  rarities: ReadonlyMap<number, Rarity> | undefined;
  /**
   * All attributes of all spans, in the order they were set: span, key and value in turn. What counts against no limit
   * has the complement of the span, a negative number.
   */
  readonly attributes: readonly AttributeValue[];
}
