// Runs a calculation over events: the rows of both tables that match, brought to the same columns, then grouped. Golden
// texts of the SQL are in aggregate.test.ts.

import type { AggregateQuery, AggregateRow, GroupValue } from "../aggregate.ts";
import { StoreQueryError } from "../store.ts";
import { type Results, resultsOf } from "./aggregate-results.ts";
import { type Columns, columnsOf, rowsSql } from "./aggregate-rows.ts";
import { located } from "./candidate-blocks.ts";
import type { KeyDictionary } from "./key-dictionary.ts";
import { Params } from "./params.ts";
import type { Readers } from "./readers.ts";
import { type Weights, weightsIn } from "./sample-weight.ts";

export async function aggregate(
  readers: Readers,
  keys: KeyDictionary,
  query: AggregateQuery,
): Promise<AggregateRow[]> {
  const params = new Params();
  const weights = await weightsIn(readers, keys, params);
  const where = await located(readers, keys, query.where);
  const sql = aggregateSql({ ...query, where }, keys, params, weights);
  try {
    const rows = await readers.all<SelectedRow>(sql, params);
    return rows.map((row) => aggregateRow(row, query));
  } catch (cause) {
    if (!(cause instanceof Error) || !cause.message.startsWith("Out of Range Error")) throw cause;
    throw new StoreQueryError(
      "out_of_range",
      `The values are too large to calculate with; filter out the largest: ${cause.message}`,
      { cause },
    );
  }
}

export function aggregateSql(
  query: AggregateQuery,
  keys: KeyDictionary,
  params: Params,
  weights: Weights | undefined,
): string {
  const columns = columnsOf(query);
  const matching = (["spans", "logs"] as const)
    .map((table) => rowsSql(table, query, columns, keys, params, weights))
    .join("\nUNION ALL ");
  const results = resultsOf(query, columns, params, weights !== undefined);
  const selected = [
    ...columns.group,
    "count(*) AS stored",
    `${results.estimated} AS estimated`,
    ...results.values.map((value, at) => `${value} AS c${at}`),
  ];
  const grouped = columns.group.length ? `\nGROUP BY ${columns.group.join(", ")}` : "";
  return `${weights?.with ?? ""}SELECT ${selected.join(", ")}
FROM ${results.from(matching)}${wanted(query, params)}${grouped}${having(query, results, params)}
ORDER BY ${order(query, columns).join(", ")}
LIMIT ${params.bigint(query.limit)} OFFSET ${params.bigint(query.offset ?? 0)}`;
}

/** Keeps the rows of the groups that are asked for; null is a value here. */
function wanted({ groups, groupBy }: AggregateQuery, params: Params): string {
  if (!groups) return "";
  const lists = groupBy.map(
    ({ type }, at) =>
      `unnest(${params.list(
        type,
        groups.map((group) => group[at] ?? null),
      )}) AS w${at}`,
  );
  const equal = groupBy.map((_, at) => `g${at} IS NOT DISTINCT FROM w${at}`);
  return ` JOIN (SELECT ${lists.join(", ")}) ON ${equal.join(" AND ")}`;
}

const COMPARISON = { eq: "=", neq: "<>", gt: ">", gte: ">=", lt: "<", lte: "<=" } as const;

function having({ having = [] }: AggregateQuery, results: Results, params: Params): string {
  const tests = having.map(
    ({ calculation, operation, value }) =>
      `${results.values[calculation]} ${COMPARISON[operation]} ${params.number(value)}`,
  );
  return tests.length ? `\nHAVING ${tests.join(" AND ")}` : "";
}

function order({ orderBy, buckets }: AggregateQuery, { group }: Columns): string[] {
  const result = orderBy && `c${orderBy.calculation} ${orderBy.descending ? "DESC" : "ASC"} NULLS LAST`;
  return [
    ...(buckets ? ["bucket"] : []),
    result ?? "estimated DESC",
    ...group.filter((name) => name !== "bucket").map((name) => `${name} NULLS LAST`),
  ];
}

interface SelectedRow {
  [column: string]: bigint | GroupValue | undefined;
}

function aggregateRow(row: SelectedRow, { buckets, groupBy, calculations }: AggregateQuery): AggregateRow {
  return {
    bucket: buckets && Number(row.bucket),
    group: groupBy.map((_, at) => row[`g${at}`] as GroupValue),
    stored: Number(row.stored),
    estimated: Number(row.estimated ?? 0),
    values: calculations.map((_, at) => {
      const value = row[`c${at}`];
      const number = value === null || value === undefined ? Number.NaN : Number(value);
      return Number.isFinite(number) ? number : undefined;
    }),
  };
}
