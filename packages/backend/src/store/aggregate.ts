// A calculation over events (spans and logs) in terms no engine owns, like filter.ts: numbers of all matching events, or
// of each group and each part of a time range.

import type { EventField, EventFilter, ValueType } from "./filter.ts";

/** Of what a calculation or a group is made. Events without the field, or with one of another type, have no value. */
export interface TypedField {
  field: EventField;
  type: ValueType;
}

/** By what rows are grouped: each value, or how many of the steps, in ascending order, a number has reached. */
export interface GroupField extends TypedField {
  steps?: readonly number[];
}

/**
 * `uniq` counts distinct values. The others calculate with numbers: a text counts as the number it spells, true as 1, and
 * what is no finite number does not count. `stddev` and `variance` are those of a sample (divided by n - 1).
 *
 * An event that was sampled stands for as many as its `weight` says, in `count`, `sum`, `avg` and `quantile`.
 */
export type Calculation =
  | { operator: "count" }
  | ({ operator: "uniq" | "min" | "max" | "sum" | "avg" | "stddev" | "variance" } & TypedField)
  /**
   * The value below which the share `quantile` (0 to 1) of the values lies, interpolated between its neighbours. Each
   * value lies in the middle of its weight; the least is at 0, the greatest at 1.
   */
  | ({ operator: "quantile"; quantile: number } & TypedField);

export type GroupValue = string | number | boolean | null;

export interface Having {
  /** An index of `calculations`. */
  calculation: number;
  operation: "eq" | "neq" | "gt" | "gte" | "lt" | "lte";
  value: number;
}

/** Parts of equal length of a time range; what lies beyond the last counts as in it. */
export interface Buckets {
  startUnixNano: bigint;
  widthNano: bigint;
  count: number;
}

export interface AggregateQuery {
  where: EventFilter;
  calculations: readonly Calculation[];
  /** Each combination of their values is a row; null where an event has none. Without them there is one row. */
  groupBy: readonly GroupField[];
  /** A row for each bucket that has events, and each group in it; ordered by bucket. */
  buckets?: Buckets;
  /** Only these groups, each with a value for every field of `groupBy`. */
  groups?: ReadonlyArray<readonly GroupValue[]>;
  /** All must hold; a calculation without a result fails. */
  having?: readonly Having[];
  /**
   * By a calculation's result, rows without one last; without this by how many events a row stands for, most first. Rows
   * equal in that are ordered by group.
   */
  orderBy?: { calculation: number; descending: boolean };
  limit: number;
  /** Rows to pass over. */
  offset?: number;
}

export interface AggregateRow {
  /** From 0; only with `buckets`. */
  bucket: number | undefined;
  group: GroupValue[];
  /** Matching events that are stored. */
  stored: number;
  /** How many they stand for: the sum of their weights. */
  estimated: number;
  /** One for each calculation; undefined where no event had a value, or too few. */
  values: Array<number | undefined>;
}
