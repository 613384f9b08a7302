// The view `calculations`: numbers over all matching events, by group, as a whole and as a series in time, and the same
// of the period before.

import type { AggregateRow, Buckets, GroupValue } from "../store/aggregate.ts";
import type { EventFilter } from "../store/filter.ts";
import type { Store } from "../store/store.ts";
import type { CalculationAggregate, CalculationResult } from "./answer.ts";
import type { CalculationRequest } from "./calculation-request.ts";
import { QueryFault } from "./fault.ts";

/** An answer holds so many numbers of a series for each calculation. */
const MAX_SERIES_ROWS = 100_000;

export interface CalculationQuery extends CalculationRequest {
  where: EventFilter;
  /** In milliseconds. */
  timeframe: { from: number; to: number };
  buckets: Buckets;
  /** Groups to return at most, and to pass over. */
  limit: number;
  offset: number;
  withAggregates: boolean;
  withSeries: boolean;
  compare: boolean;
}

interface Answer {
  calculations: CalculationResult[];
  compare?: CalculationResult[];
}

/** @throws QueryFault when the series would be too long. */
export async function calculate(store: Store, query: CalculationQuery): Promise<Answer> {
  const rows = await aggregatesOf(store, query, query.where);
  const groups = query.groupBy.length > 0 ? rows.map(({ group }) => group) : undefined;
  if (query.withSeries && rows.length * query.buckets.count > MAX_SERIES_ROWS) {
    throw new QueryFault(
      `granularity: ${rows.length} groups in ${query.buckets.count} parts of time are more than ${MAX_SERIES_ROWS} numbers; use a smaller limit or granularity, or ignoreSeries`,
    );
  }
  const calculations = await resultsOf(store, query, rows, groups);
  if (!query.compare) return { calculations };
  const before = periodBefore(query);
  const rowsBefore = await aggregatesOf(store, before, before.where, groups);
  return { calculations, compare: await resultsOf(store, before, rowsBefore, groups) };
}

/** The groups of the period before are those of this one, so that the two can be put side by side. */
function aggregatesOf(
  store: Store,
  query: CalculationQuery,
  where: EventFilter,
  groups?: ReadonlyArray<readonly GroupValue[]>,
): Promise<AggregateRow[]> {
  const { groupBy, orderBy, having, limit, offset } = query;
  // For a series alone it is enough to know which groups there are.
  const isNeeded = query.withAggregates || orderBy !== undefined || having.length > 0;
  const asked = {
    where,
    calculations: isNeeded ? query.calculations : [],
    groupBy,
    ...(orderBy && { orderBy }),
    limit,
  };
  return store.aggregate(groups ? { ...asked, groups } : { ...asked, having, offset });
}

async function resultsOf(
  store: Store,
  query: CalculationQuery,
  rows: readonly AggregateRow[],
  groups: ReadonlyArray<readonly GroupValue[]> | undefined,
): Promise<CalculationResult[]> {
  const { where, calculations, groupBy, buckets } = query;
  const inSeries = query.withSeries
    ? await store.aggregate({
        where,
        calculations,
        groupBy,
        buckets,
        ...(groups && { groups }),
        limit: MAX_SERIES_ROWS,
      })
    : [];
  const byBucket = Map.groupBy(inSeries, ({ bucket }) => bucket);
  return query.names.map((name, at) => ({
    ...name,
    aggregates: query.withAggregates ? rows.flatMap((row) => aggregateOf(row, at, query)) : [],
    series: query.withSeries
      ? Array.from({ length: buckets.count }, (_, bucket) => ({
          time: timeOf(buckets, bucket),
          data: (byBucket.get(bucket) ?? []).flatMap((row) => aggregateOf(row, at, query)),
        }))
      : [],
  }));
}

/** Nothing where the calculation has no result: the API knows no missing number. */
function aggregateOf(
  row: AggregateRow,
  at: number,
  { calculations, groupKeys }: CalculationQuery,
): CalculationAggregate[] {
  const value = row.values[at];
  if (value === undefined) return [];
  const sampleInterval = row.stored === 0 ? 1 : row.estimated / row.stored;
  const groups = groupKeys.flatMap((key, index) => {
    const group = row.group[index];
    return group === null || group === undefined ? [] : [{ key, value: group }];
  });
  return [
    {
      count: Math.round(row.estimated),
      interval: sampleInterval,
      sampleInterval,
      value: calculations[at]?.operator === "count" ? Math.round(value) : value,
      ...(groupKeys.length > 0 && { groups }),
    },
  ];
}

const timeOf = ({ startUnixNano, widthNano }: Buckets, bucket: number): string =>
  new Date(Number((startUnixNano + BigInt(bucket) * widthNano) / 1_000_000n)).toISOString();

/** As long as this one and up to its start. */
export function periodBefore(query: CalculationQuery): CalculationQuery {
  const { where, buckets, timeframe } = query;
  const length = BigInt(Math.trunc(timeframe.to) - Math.trunc(timeframe.from)) * 1_000_000n;
  // A filter that nothing passes ends before it starts, and shall here too.
  const isEmpty = where.toUnixNano < where.fromUnixNano;
  const toUnixNano = isEmpty ? where.toUnixNano : where.fromUnixNano;
  return {
    ...query,
    where: { ...where, fromUnixNano: where.fromUnixNano - length, toUnixNano },
    buckets: { ...buckets, startUnixNano: buckets.startUnixNano - length },
  };
}
