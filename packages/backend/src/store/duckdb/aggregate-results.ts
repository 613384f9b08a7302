// Each calculation as an SQL aggregate over the columns of aggregate-rows.ts. Where events were sampled they count by
// their weight; DuckDB has no weighted quantiles, so their places are worked out by window functions first.

import type { AggregateQuery, Calculation } from "../aggregate.ts";
import type { Columns, ValueColumn } from "./aggregate-rows.ts";
import type { Params } from "./params.ts";

export interface Results {
  /** The table that is grouped, made of the matching rows. */
  from(matching: string): string;
  /** How many events a group's rows stand for. */
  estimated: string;
  /** For each calculation. */
  values: string[];
}

export function resultsOf(
  query: AggregateQuery,
  columns: Columns,
  params: Params,
  weighted: boolean,
): Results {
  const estimated = weighted ? "sum(weight)" : "count(*)";
  const quantiles = quantilesOf(query, columns);
  const sql = weighted ? weightedSql(params) : plainSql(params, quantiles);
  const values = query.calculations.map((calculation, at) => {
    if (calculation.operator === "count") return `coalesce(${estimated}, 0)`;
    const index = columns.of[at] as number;
    return scaled(sql(calculation, index), calculation, columns.values[index] as ValueColumn);
  });
  const from = (matching: string) =>
    weighted && quantiles.size > 0 ? placed(matching, [...quantiles.keys()], columns) : `(${matching})`;
  return { from, estimated, values };
}

/** The wanted quantiles of each column of values. */
type Quantiles = ReadonlyMap<number, readonly number[]>;

function quantilesOf({ calculations }: AggregateQuery, columns: Columns): Quantiles {
  const wanted = new Map<number, number[]>();
  calculations.forEach((calculation, at) => {
    if (calculation.operator !== "quantile") return;
    const index = columns.of[at] as number;
    wanted.set(index, [...(wanted.get(index) ?? []), calculation.quantile]);
  });
  return wanted;
}

type Keyed = Exclude<Calculation, { operator: "count" }>;

type CalculationSql = (calculation: Keyed, index: number) => string;

/** DuckDB sorts once for all quantiles that are asked for by one list. */
function plainSql(params: Params, quantiles: Quantiles): CalculationSql {
  const lists = new Map([...quantiles].map(([index, wanted]) => [index, params.list("number", wanted)]));
  return (calculation, index) => {
    if (calculation.operator !== "quantile") return simpleSql(calculation, `v${index}`);
    const place = (quantiles.get(index) ?? []).indexOf(calculation.quantile) + 1;
    return `quantile_cont(v${index}, ${lists.get(index)})[${place}]`;
  };
}

function weightedSql(params: Params): CalculationSql {
  return (calculation, index) => {
    const value = `v${index}`;
    switch (calculation.operator) {
      case "sum":
        return `coalesce(sum(${value} * weight), 0)`;
      case "avg":
        return `sum(${value} * weight) / sum(weight) FILTER (${value} IS NOT NULL)`;
      case "quantile":
        return weightedQuantile(index, params.number(calculation.quantile));
      default:
        return simpleSql(calculation, value);
    }
  };
}

function simpleSql({ operator }: Exclude<Keyed, { operator: "quantile" }>, value: string): string {
  switch (operator) {
    case "uniq":
      return `count(DISTINCT ${value})`;
    case "stddev":
      return `stddev_samp(${value})`;
    case "variance":
      return `var_samp(${value})`;
    case "sum":
      return `coalesce(sum(${value}), 0)`;
    default:
      return `${operator}(${value})`;
  }
}

/**
 * Two steps of window functions. `p` is where a value lies: the weight of all lesser ones and half of its own. `low` and
 * `high` are where the least and the greatest lie.
 */
function placed(matching: string, indexes: readonly number[], { group }: Columns): string {
  const partition = group.length ? `PARTITION BY ${group.join(", ")}` : "";
  const places = indexes.map(
    (at) =>
      `CASE WHEN v${at} IS NOT NULL THEN sum(weight) FILTER (v${at} IS NOT NULL) OVER (${partition} ORDER BY v${at} NULLS LAST ROWS UNBOUNDED PRECEDING) - weight / 2 END AS p${at}`,
  );
  const ranges = indexes.map(
    (at) => `min(p${at}) OVER (${partition}) AS low${at}, max(p${at}) OVER (${partition}) AS high${at}`,
  );
  return `(SELECT *, ${ranges.join(", ")} FROM (SELECT *, ${places.join(", ")} FROM (${matching})))`;
}

/** Between the last value at or before the wanted place and the first at or after it. */
function weightedQuantile(index: number, quantile: string): string {
  const [value, place] = [`v${index}`, `p${index}`];
  const target = `(low${index} + ${quantile} * (high${index} - low${index}))`;
  const before = (what: string) => `max(${what}) FILTER (${place} <= ${target})`;
  const after = (what: string) => `min(${what}) FILTER (${place} >= ${target})`;
  const share = `(any_value(${target}) - ${before(place)}) / nullif(${after(place)} - ${before(place)}, 0)`;
  return `coalesce(${before(value)} + ${share} * (${after(value)} - ${before(value)}), ${before(value)})`;
}

/** Back into the caller's units; the square of them for a variance. */
function scaled(value: string, { operator }: Keyed, { scale }: ValueColumn): string {
  if (scale === 1) return value;
  return `(${value}) / ${operator === "variance" ? scale ** 2 : scale}.0`;
}
