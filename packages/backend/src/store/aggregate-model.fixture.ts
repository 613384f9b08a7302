// What Store.aggregate must answer, worked out in plain JavaScript from a list of events: slow, and short enough to
// be seen to be right.

import type { AggregateQuery, AggregateRow, Calculation, GroupValue, TypedField } from "./aggregate.ts";

export interface ModelEvent {
  kind: "span" | "log";
  atUnixNano: bigint;
  /** Of spans. */
  name: string;
  durationNano: number;
  service: string;
  attributes: Readonly<Record<string, string | number | boolean>>;
  weight: number;
}

/** Without order, limit and having. Groups come in order of their first event. */
export function modelAggregate(events: readonly ModelEvent[], query: AggregateQuery): AggregateRow[] {
  const { where, buckets, groupBy } = query;
  const groups = new Map<string, { bucket: number | undefined; group: GroupValue[]; events: ModelEvent[] }>();
  if (groupBy.length === 0 && !buckets) groups.set("[]", { bucket: undefined, group: [], events: [] });
  for (const event of events) {
    if (event.atUnixNano < where.fromUnixNano || event.atUnixNano >= where.toUnixNano) continue;
    const bucket =
      buckets &&
      Math.min(Number((event.atUnixNano - buckets.startUnixNano) / buckets.widthNano), buckets.count - 1);
    const group = groupBy.map((by) => typedValue(event, by));
    const key = JSON.stringify(bucket === undefined ? group : [bucket, ...group]);
    const found = groups.get(key) ?? { bucket, group, events: [] };
    found.events.push(event);
    groups.set(key, found);
  }
  return [...groups.values()].map(({ bucket, group, events: members }) => ({
    bucket,
    group,
    stored: members.length,
    estimated: sum(members.map(({ weight }) => weight)),
    values: query.calculations.map((calculation) => calculate(members, calculation)),
  }));
}

function typedValue(event: ModelEvent, { field, type }: TypedField): GroupValue {
  const values =
    "property" in field
      ? [propertyOf(event, field.property)]
      : field.attributes.map((name) => event.attributes[name]);
  const value = values.find((some) => some !== undefined && (type === "string" || typeof some === type));
  return value === undefined ? null : type === "string" ? String(value) : value;
}

function propertyOf(event: ModelEvent, property: string): string | number | undefined {
  if (property === "service") return event.service || undefined;
  if (property === "type") return event.kind === "span" ? "cf-worker-span" : "cf-worker-log";
  if (event.kind === "log") return undefined;
  return property === "spanName" ? event.name : event.durationNano / 1e6;
}

function numberOf(event: ModelEvent, typed: TypedField): number | undefined {
  const value = typedValue(event, typed);
  if (value === null || value === "") return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

function calculate(events: readonly ModelEvent[], calculation: Calculation): number | undefined {
  if (calculation.operator === "count") return sum(events.map(({ weight }) => weight));
  if (calculation.operator === "uniq") {
    return new Set(events.map((event) => typedValue(event, calculation)).filter((value) => value !== null))
      .size;
  }
  const weighted = events.flatMap((event) => {
    const value = numberOf(event, calculation);
    return value === undefined ? [] : [{ value, weight: event.weight }];
  });
  const values = weighted.map(({ value }) => value);
  const total = sum(weighted.map(({ value, weight }) => value * weight));
  if (calculation.operator === "sum") return total;
  if (values.length === 0) return undefined;
  switch (calculation.operator) {
    case "min":
      return Math.min(...values);
    case "max":
      return Math.max(...values);
    case "avg":
      return total / sum(weighted.map(({ weight }) => weight));
    case "variance":
      return variance(values);
    case "stddev": {
      const square = variance(values);
      return square === undefined ? undefined : Math.sqrt(square);
    }
    case "quantile":
      return quantileOf(weighted, calculation.quantile);
  }
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

function variance(values: readonly number[]): number | undefined {
  if (values.length < 2) return undefined;
  const mean = sum(values) / values.length;
  return sum(values.map((value) => (value - mean) ** 2)) / (values.length - 1);
}

function quantileOf(values: Array<{ value: number; weight: number }>, quantile: number): number {
  values.sort((a, b) => a.value - b.value);
  let before = 0;
  const placed = values.map(({ value, weight }) => {
    before += weight;
    return { value, place: before - weight / 2 };
  });
  const [first, last] = [placed[0], placed.at(-1)] as [(typeof placed)[0], (typeof placed)[0]];
  const target = first.place + quantile * (last.place - first.place);
  const above = placed.find(({ place }) => place >= target) ?? last;
  const below = placed.findLast(({ place }) => place <= target) ?? first;
  if (above.place === below.place) return below.value;
  const share = (target - below.place) / (above.place - below.place);
  return below.value + share * (above.value - below.value);
}
