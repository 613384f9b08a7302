// The bodies of telemetry queries, checked and brought to the store's terms. What the API knows and we do not support yet
// is refused by name, never ignored where it would change the answer.

import { z } from "zod";
import { DATASET } from "../store/event-type.ts";
import {
  ALL_TIME,
  type ConditionGroup,
  type EventFilter,
  type Needle,
  type ValueType,
} from "../store/filter.ts";
import { bucketsOf, calculationRequest, calculationsSchema } from "./calculation-request.ts";
import type { CalculationQuery } from "./calculations.ts";
import type { DistributionQuery } from "./distribution.ts";
import { QueryFault } from "./fault.ts";
import { checked, conditionsOf, filtersSchema } from "./filters.ts";
import { SearchError, searchConditions } from "./search/index.ts";

const MAX_EVENTS = 2000;
const MAX_KEYS = 10_000;
const MAX_BUCKETS = 1000;

const milliseconds = z.number().min(0);

const needleSchema = z.object({
  value: z.union([z.string(), z.number(), z.boolean()]),
  isRegex: z.boolean().optional(),
  matchCase: z.boolean().optional(),
});

const parametersSchema = z.looseObject({
  ...filtersSchema,
  ...calculationsSchema,
  datasets: z.array(z.string()).optional(),
  limit: z.number().int().min(1).max(MAX_EVENTS).optional(),
  needle: needleSchema.optional(),
  /** Not in Cloudflare's API: in the language of docs/search.md, beside the filters. */
  search: z.string().optional(),
});

const VIEWS = ["traces", "events", "calculations", "invocations", "requests", "agents"] as const;
const CHARTS = ["timeseries_and_aggregate", "timeseries", "aggregate", "distribution"] as const;

const SCALES = ["log", "linear"] as const;

const querySchema = z.object({
  queryId: z.string(),
  timeframe: z.object({ from: milliseconds, to: milliseconds }),
  view: z.enum(VIEWS).default("events"),
  limit: z.number().int().min(1).max(MAX_EVENTS).optional(),
  offset: z.string().optional(),
  offsetBy: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(0),
  offsetDirection: z.enum(["next", "prev"]).default("next"),
  granularity: z.number().int().min(1).max(MAX_BUCKETS).optional(),
  chart: z.boolean().default(true),
  chartType: z.enum(CHARTS).default("timeseries_and_aggregate"),
  distributionScale: z.enum(SCALES).default("log"),
  compare: z.boolean().default(false),
  ignoreSeries: z.boolean().default(false),
  dry: z.boolean().default(false),
  parameters: parametersSchema.optional(),
});

const keysSchema = z.object({
  ...filtersSchema,
  datasets: z.array(z.string()).optional(),
  from: milliseconds.optional(),
  to: milliseconds.optional(),
  keyNeedle: needleSchema.optional(),
  needle: needleSchema.optional(),
  limit: z.number().int().min(1).max(MAX_KEYS).default(1000),
});

const valuesSchema = z.object({
  ...filtersSchema,
  datasets: z.array(z.string()).optional(),
  key: z.string().min(1),
  type: z.enum(["string", "number", "boolean"]),
  timeframe: z.object({ from: milliseconds, to: milliseconds }),
  needle: needleSchema.optional(),
  limit: z.number().int().min(1).max(MAX_KEYS).default(100),
});

export interface QueryRequest {
  queryId: string;
  view: (typeof VIEWS)[number];
  /** In milliseconds, cut to what a store can hold. */
  timeframe: { from: number; to: number };
  limit: number;
  offset: string | undefined;
  offsetDirection: "next" | "prev";
  granularity: number;
  ignoreSeries: boolean;
  dry: boolean;
  where: EventFilter;
  /** Of the view `calculations`. */
  calculation: CalculationQuery | undefined;
  /** Of the same view, where that is what is asked for. */
  distribution: DistributionQuery | undefined;
  /** As sent, for `run.query`. */
  parameters: z.infer<typeof parametersSchema>;
}

export interface ValuesRequest {
  where: EventFilter;
  key: string;
  type: ValueType;
  limit: number;
}

export interface KeysRequest {
  where: EventFilter;
  keyNeedle: Needle | undefined;
  limit: number;
}

const DEFAULT_LIMIT = 100;
const DEFAULT_BUCKETS = 60;

/** @throws QueryFault for what is malformed or not supported. */
export function queryRequest(body: unknown): QueryRequest {
  const query = checked(querySchema, body, "");
  if (!query.parameters) {
    throw new QueryFault(
      `parameters: "${query.queryId}" names no saved query here; give the parameters in the request`,
    );
  }
  const timeframe = timeframeOf(query.timeframe);
  const request = {
    queryId: query.queryId,
    view: query.view,
    timeframe,
    limit: query.limit ?? query.parameters.limit ?? DEFAULT_LIMIT,
    offset: query.offset,
    offsetDirection: query.offsetDirection,
    ignoreSeries: query.ignoreSeries,
    dry: query.dry,
    where: filterOf(query.parameters, timeframe.from, timeframe.to),
    parameters: query.parameters,
  };
  const calculation = query.view === "calculations" ? calculationOf(query, request) : undefined;
  const distribution = calculation && distributionOf(query, calculation);
  const granularity = query.granularity ?? calculation?.buckets.count ?? DEFAULT_BUCKETS;
  return { ...request, granularity, calculation, distribution };
}

function calculationOf(
  { chart, chartType, compare, granularity, ignoreSeries, offsetBy }: z.infer<typeof querySchema>,
  { where, timeframe, limit, parameters }: Pick<QueryRequest, "where" | "timeframe" | "limit" | "parameters">,
): CalculationQuery {
  return {
    ...calculationRequest(parameters),
    where,
    timeframe,
    buckets: bucketsOf(timeframe.from, timeframe.to, granularity),
    limit,
    offset: offsetBy,
    withAggregates: chartType !== "timeseries",
    withSeries: chart && !ignoreSeries && chartType !== "aggregate",
    compare,
  };
}

/** Of the field of the first calculation that has one. */
function distributionOf(
  { chartType, distributionScale }: z.infer<typeof querySchema>,
  { where, buckets, calculations, compare }: CalculationQuery,
): DistributionQuery | undefined {
  if (chartType !== "distribution") return undefined;
  if (compare) throw new QueryFault('chartType: "distribution" cannot be combined with compare');
  const of = calculations.find((calculation) => calculation.operator !== "count");
  if (of === undefined) {
    throw new QueryFault(
      'parameters.calculations: "distribution" needs one with a key, such as {"operator": "median", "key": "$metadata.duration"}',
    );
  }
  return { where, bins: buckets, field: of.field, type: of.type, scale: distributionScale };
}

/** @throws QueryFault for what is malformed. */
export function valuesRequest(body: unknown): ValuesRequest {
  const query = checked(valuesSchema, body, "");
  const { from, to } = timeframeOf(query.timeframe);
  return { where: filterOf(query, from, to), key: query.key, type: query.type, limit: query.limit };
}

function timeframeOf({ from, to }: { from: number; to: number }): { from: number; to: number } {
  if (from >= to) throw new QueryFault("timeframe: from must be earlier than to");
  return { from: storable(from), to: storable(to) };
}

/** @throws QueryFault for what is malformed. */
export function keysRequest(body: unknown): KeysRequest {
  const query = checked(keysSchema, body, "");
  return {
    where: filterOf(query, query.from, query.to),
    keyNeedle: query.keyNeedle && needleOf(query.keyNeedle),
    limit: query.limit,
  };
}

type Filtering = Pick<
  z.infer<typeof parametersSchema>,
  "filterCombination" | "filters" | "datasets" | "needle"
> & { search?: string | undefined };

function filterOf(filtering: Filtering, fromMs?: number, toMs?: number): EventFilter {
  const { datasets = [], needle } = filtering;
  const filters = conditionsOf(filtering.filters, filtering.filterCombination);
  const conditions: ConditionGroup = filtering.search?.trim()
    ? { combine: "all", conditions: [filters, searched(filtering.search)] }
    : filters;
  const elsewhere = datasets.length > 0 && !datasets.includes(DATASET);
  return {
    fromUnixNano: fromMs === undefined ? ALL_TIME.fromUnixNano : nanos(fromMs),
    // The last millisecond is part of the range: a query up to "now" shall find what just happened.
    toUnixNano: elsewhere ? 0n : toMs === undefined ? ALL_TIME.toUnixNano : nanos(toMs + 1),
    conditions,
    ...(needle && String(needle.value) !== "" && { needle: needleOf(needle) }),
  };
}

function searched(text: string): ConditionGroup {
  try {
    return searchConditions(text);
  } catch (error) {
    if (!(error instanceof SearchError)) throw error;
    throw new QueryFault(`parameters.search: ${error.message}`);
  }
}

/** The last whole millisecond that a store can hold, in the year 2262. */
const LAST_MS = Number(ALL_TIME.toUnixNano / 1_000_000n);

/** Callers write "until ever" as the greatest number they have; buckets and bounds must fit 64 bits of nanoseconds. */
const storable = (milliseconds: number) => Math.min(milliseconds, LAST_MS);

function nanos(milliseconds: number): bigint {
  const value = BigInt(Math.trunc(milliseconds)) * 1_000_000n;
  return value < ALL_TIME.toUnixNano ? value : ALL_TIME.toUnixNano;
}

function needleOf(needle: z.infer<typeof needleSchema>): Needle {
  return {
    value: String(needle.value),
    isRegex: needle.isRegex ?? false,
    matchCase: needle.matchCase ?? false,
  };
}
