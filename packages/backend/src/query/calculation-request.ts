// What the view `calculations` is asked for, brought to the store's terms: operators in both of their spellings, results
// that are named by alias or operator, and the parts of the time range that a series has.

import { z } from "zod";
import type { AggregateQuery, Buckets, Calculation, TypedField } from "../store/aggregate.ts";
import { QueryFault } from "./fault.ts";
import { fieldOf } from "./fields.ts";

/** Each becomes a column of one statement. */
const MAX_CALCULATIONS = 50;
const MAX_GROUP_BYS = 20;
const MAX_HAVINGS = 50;

/** Of every operator, in lower case; the API also knows them in capitals. */
const OPERATIONS = {
  count: { operator: "count" },
  uniq: { operator: "uniq" },
  count_distinct: { operator: "uniq" },
  min: { operator: "min" },
  max: { operator: "max" },
  sum: { operator: "sum" },
  avg: { operator: "avg" },
  stddev: { operator: "stddev" },
  variance: { operator: "variance" },
  p001: { operator: "quantile", quantile: 0.001 },
  p01: { operator: "quantile", quantile: 0.01 },
  p05: { operator: "quantile", quantile: 0.05 },
  p10: { operator: "quantile", quantile: 0.1 },
  p25: { operator: "quantile", quantile: 0.25 },
  median: { operator: "quantile", quantile: 0.5 },
  p75: { operator: "quantile", quantile: 0.75 },
  p90: { operator: "quantile", quantile: 0.9 },
  p95: { operator: "quantile", quantile: 0.95 },
  p99: { operator: "quantile", quantile: 0.99 },
  p999: { operator: "quantile", quantile: 0.999 },
} as const;

type Operator = keyof typeof OPERATIONS;

const operators = Object.keys(OPERATIONS) as [Operator, ...Operator[]];
const typeSchema = z.enum(["string", "number", "boolean"]);

const calculationSchema = z.object({
  operator: z.string().refine((name) => operatorOf(name) !== undefined, {
    error: `is none of ${operators.join(", ")}`,
  }),
  alias: z.string().optional(),
  key: z.string().min(1).optional(),
  keyType: typeSchema.optional(),
});

export const calculationsSchema = {
  calculations: z.array(calculationSchema).max(MAX_CALCULATIONS).optional(),
  groupBys: z
    .array(z.object({ type: typeSchema, value: z.string().min(1) }))
    .max(MAX_GROUP_BYS)
    .optional(),
  havings: z
    .array(
      z.object({
        key: z.string(),
        operation: z.enum(["eq", "neq", "gt", "gte", "lt", "lte"]),
        value: z.number(),
      }),
    )
    .max(MAX_HAVINGS)
    .optional(),
  orderBy: z.object({ value: z.string(), order: z.enum(["asc", "desc"]).optional() }).optional(),
};

type Parameters = z.infer<z.ZodObject<typeof calculationsSchema>>;
type Asked = z.infer<typeof calculationSchema>;

export interface CalculationRequest {
  /** For each calculation how the answer names it. */
  names: Array<{ calculation: string; alias?: string }>;
  /** For each group of a row the key it was asked for by. */
  groupKeys: string[];
  calculations: AggregateQuery["calculations"];
  groupBy: AggregateQuery["groupBy"];
  having: NonNullable<AggregateQuery["having"]>;
  /** Without it the groups with the most events come first. */
  orderBy: AggregateQuery["orderBy"];
}

/** @throws QueryFault for a calculation without its key, and for a name that no calculation has. */
export function calculationRequest(parameters: Parameters): CalculationRequest {
  const { calculations = [], groupBys = [], havings = [], orderBy } = parameters;
  if (calculations.length === 0) {
    throw new QueryFault(
      'parameters.calculations: the view "calculations" needs at least one, such as {"operator": "count"}',
    );
  }
  return {
    names: calculations.map(({ operator, alias }) => ({
      calculation: operator,
      ...(alias !== undefined && { alias }),
    })),
    groupKeys: groupBys.map(({ value }) => value),
    calculations: calculations.map((asked, at) => calculationOf(asked, `parameters.calculations[${at}]`)),
    groupBy: groupBys.map(({ value, type }): TypedField => ({ field: fieldOf(value), type })),
    having: havings.map(({ key, operation, value }, at) => ({
      calculation: indexOf(calculations, key, `parameters.havings[${at}].key`),
      operation,
      value,
    })),
    orderBy: orderBy && {
      calculation: indexOf(calculations, orderBy.value, "parameters.orderBy.value"),
      descending: orderBy.order !== "asc",
    },
  };
}

const operatorOf = (name: string): (typeof OPERATIONS)[Operator] | undefined =>
  name === name.toLowerCase() || name === name.toUpperCase()
    ? OPERATIONS[operators.find((known) => known === name.toLowerCase()) as Operator]
    : undefined;

/** Numbers are what most operators are asked for, texts what is distinct. */
function calculationOf({ operator, key, keyType }: Asked, place: string): Calculation {
  const operation = operatorOf(operator) as (typeof OPERATIONS)[Operator];
  if (operation.operator === "count") return operation;
  if (key === undefined) throw new QueryFault(`${place}.key: ${operator} needs a key to calculate over`);
  return {
    ...operation,
    field: fieldOf(key),
    type: keyType ?? (operation.operator === "uniq" ? "string" : "number"),
  };
}

/** The calculation of this alias, or else the first of this operator, in whichever spelling. */
function indexOf(calculations: readonly Asked[], name: string, place: string): number {
  const byAlias = calculations.findIndex(({ alias }) => alias === name);
  if (byAlias >= 0) return byAlias;
  const byOperator = calculations.findIndex(({ operator }) => operator.toLowerCase() === name.toLowerCase());
  if (byOperator >= 0) return byOperator;
  const known = calculations.map(({ alias, operator }) => alias ?? operator);
  throw new QueryFault(
    `${place}: "${name.slice(0, 80)}" is no calculation's alias or operator; use one of ${known.join(", ")}`,
  );
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Lengths that people read off an axis. */
const STEPS_MS = [
  ...[1, 5, 10, 50, 100, 500],
  ...[1, 5, 10, 30].map((seconds) => seconds * SECOND),
  ...[1, 5, 10, 30].map((minutes) => minutes * MINUTE),
  ...[1, 3, 6, 12].map((hours) => hours * HOUR),
];
const SENSIBLE_BUCKETS = 60;

/**
 * As many parts as asked for, from the very start of the range, or a sensible number that begin at round times.
 *
 * @param from in milliseconds, as is `to`, whose whole millisecond belongs to the last part.
 */
export function bucketsOf(from: number, to: number, granularity: number | undefined): Buckets {
  const [first, last] = [Math.trunc(from), Math.trunc(to)];
  if (granularity !== undefined) {
    const width = Math.max(1, Math.ceil((last - first) / granularity));
    return inNanos(first, width, Math.max(1, Math.ceil((last - first) / width)));
  }
  const least = (last - first) / SENSIBLE_BUCKETS;
  const width = STEPS_MS.find((step) => step >= least) ?? Math.ceil(least / DAY) * DAY;
  const start = Math.floor(first / width) * width;
  return inNanos(start, width, Math.floor((last - start) / width) + 1);
}

const inNanos = (startMs: number, widthMs: number, count: number): Buckets => ({
  startUnixNano: BigInt(startMs) * 1_000_000n,
  widthNano: BigInt(widthMs) * 1_000_000n,
  count,
});
