// A filter over events (spans and logs) in terms no engine owns: query/ builds it from a telemetry query, an engine
// turns it into its own language. Keys have already been resolved to fields; spellings are already expanded.

/** Properties that an engine keeps apart from attributes. Those that a log or span lacks count as missing there. */
export type EventProperty =
  | "type"
  | "dataset"
  | "service"
  | "traceId"
  | "spanId"
  | "parentSpanId"
  | "spanName"
  | "timestampMs"
  | "durationMs"
  | "startMs"
  | "endMs"
  | "level"
  | "message"
  | "error"
  | "trigger"
  /** Of a span: `error`, `ok` or `unset`. */
  | "status"
  /** Of a span: OTLP's SpanKind as a word in lower case. */
  | "kind";

/** Either a property or the first of several attributes that the event, or else its resource, has. */
export type EventField = { property: EventProperty } | { attributes: readonly string[] };

/** Compares as text, as a number, or as true/false; a value of another type counts as missing for the latter two. */
export type ValueType = "string" | "number" | "boolean";

/**
 * One condition. The negative operators are the exact opposite of the positive ones: an event without the field passes
 * `neq`, `not_in` and `not_includes`, and fails everything else but `is_null`.
 */
export type Condition =
  | { field: EventField; operation: "exists" | "is_null" }
  | {
      field: EventField;
      operation: "in" | "not_in";
      type: ValueType;
      values: ReadonlyArray<string | number | boolean>;
    }
  | {
      field: EventField;
      operation: "eq" | "neq" | "gt" | "gte" | "lt" | "lte";
      type: ValueType;
      value: string | number | boolean;
    }
  | { field: EventField; operation: TextOperation; value: string };

/** What an event without the field passes. */
export const PASSES_WITHOUT: ReadonlySet<Condition["operation"]> = new Set([
  "neq",
  "not_in",
  "not_includes",
  "is_null",
]);

/** Case-sensitive; `regex` is RE2 and matches anywhere in the text. */
export type TextOperation = "includes" | "not_includes" | "starts_with" | "ends_with" | "regex";

/** An empty group is true however it combines: an empty filter filters nothing. */
export interface ConditionGroup {
  combine: "all" | "any" | "none";
  conditions: ReadonlyArray<Condition | ConditionGroup | FullText>;
}

/** A needle as one condition among others. */
export interface FullText {
  needle: Needle;
}

/** Text to find in any field of an event. */
export interface Needle {
  value: string;
  isRegex: boolean;
  matchCase: boolean;
}

export interface EventFilter {
  /** Inclusive. */
  fromUnixNano: bigint;
  /** Exclusive. */
  toUnixNano: bigint;
  conditions: ConditionGroup;
  needle?: Needle;
}

/** What passes the filter and all of the conditions. */
export const narrowed = (filter: EventFilter, ...conditions: Condition[]): EventFilter => ({
  ...filter,
  conditions: { combine: "all", conditions: [filter.conditions, ...conditions] },
});

/**
 * Every time a store can hold: signed 64-bit nanoseconds but the very last, so that the exclusive end of a range fits
 * as well. ingest/ refuses what lies beyond.
 */
export const ALL_TIME = { fromUnixNano: 0n, toUnixNano: 2n ** 63n - 1n } as const;

export const EVERYTHING: EventFilter = { ...ALL_TIME, conditions: { combine: "all", conditions: [] } };
