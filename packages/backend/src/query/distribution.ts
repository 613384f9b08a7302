// The distribution of a field's values over time: a matrix of counts, value ranges by parts of time. Its ranges are of equal
// width, or each as many times as wide as the one below, between the least and the greatest value.

import type { AggregateRow, Buckets, TypedField } from "../store/aggregate.ts";
import type { EventFilter } from "../store/filter.ts";
import type { Store } from "../store/store.ts";
import type { DistributionResult } from "./answer.ts";

/** As many rows as a chart of usual height shows. */
const RANGES = 20;

/** Digits of the bounds, as far as that keeps them apart. */
const DIGITS = 3;

export interface DistributionQuery extends TypedField {
  where: EventFilter;
  bins: Buckets;
  scale: "log" | "linear";
}

export async function distributionOf(store: Store, query: DistributionQuery): Promise<DistributionResult> {
  const { where, bins, field, type, scale } = query;
  const bounds = await boundsOf(store, query);
  const steps = bounds.slice(1, -1);
  const rows = bounds.length
    ? await store.aggregate({
        where,
        calculations: [],
        groupBy: [{ field, type, steps }],
        buckets: bins,
        limit: bins.count * (steps.length + 2),
      })
    : [];
  const matrix = bounds.slice(1).map(() => new Array<number>(bins.count).fill(0));
  for (const { bucket, group, estimated } of rows as Counted[]) {
    const range = group[0];
    if (range !== null) (matrix[range] as number[])[bucket] = Math.round(estimated);
  }
  const unit = "property" in field && field.property === "durationMs" ? "ms" : "";
  return {
    bins: Array.from({ length: bins.count }, (_, bin) =>
      new Date(Number((bins.startUnixNano + BigInt(bin) * bins.widthNano) / 1_000_000n)).toISOString(),
    ),
    bucketBoundaries: bounds,
    bucketMode: scale,
    buckets: bounds.slice(1).map((upper, at) => `${bounds[at]}–${upper}${unit}`),
    matrix,
  };
}

interface Counted extends AggregateRow {
  bucket: number;
  group: [number | null];
}

interface Extremes {
  least: number;
  most: number;
}

/** Ascending, from the least value to the greatest; empty where there is none. */
async function boundsOf(store: Store, { where, field, type, scale }: DistributionQuery): Promise<number[]> {
  const calculations = (["min", "max"] as const).map((operator) => ({ operator, field, type }));
  const groupBy = [{ field, type, steps: [Number.MIN_VALUE] }];
  const rows = await store.aggregate({ where, calculations, groupBy, limit: 3 });
  const [below, above] = [0, 1].map((reached): Extremes | undefined => {
    const [least, most] = rows.find(({ group }) => group[0] === reached)?.values ?? [];
    return least === undefined || most === undefined ? undefined : { least, most };
  });
  if (scale === "linear") {
    const [least, most] = [below?.least ?? above?.least, above?.most ?? below?.most];
    if (least === undefined || most === undefined) return [];
    return between({ least, most }, (share) => least + share * (most - least));
  }
  // What is not above 0 has no logarithm, and is a range of its own.
  const bounds = above ? between(above, (share) => above.least * (above.most / above.least) ** share) : [];
  if (!below) return bounds;
  return above ? [below.least, ...bounds] : [below.least, below.least === 0 ? 1 : 0];
}

/** Rounded bounds at equal shares of the way; one range where all values are the same. */
function between({ least, most }: Extremes, at: (share: number) => number, ranges = RANGES): number[] {
  if (least === most) return [least, least + (Math.abs(least) / 100 || 1)];
  const bounds = [least];
  for (let range = 1; range < ranges; range++) {
    const exact = at(range / ranges);
    const rounded = Number(exact.toPrecision(DIGITS));
    const last = bounds.at(-1) as number;
    const bound = rounded > last && rounded < most ? rounded : exact;
    // Of numbers that are nearly the same there may be none between.
    if (bound > last && bound < most) bounds.push(bound);
  }
  return [...bounds, most];
}
