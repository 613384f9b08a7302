// Asks the telemetry API for a query's numbers → one table row a group, one line a group in each chart.
import type { CalculationAggregate, CalculationResult, KeyResult } from "@enterspan/backend/contract";
import { post } from "../api/request.ts";
import { ONLY_LOGS, ONLY_ROOTS, ONLY_SPANS, TELEMETRY, type TelemetryFilter } from "../api/telemetry.ts";
import type { Period } from "../time-range/period.ts";
import { isWhole, needsValue, type Query, type Visualisation } from "./query.ts";
import type { GroupPart } from "./search-text.ts";

export type KeyTypes = ReadonlyMap<string, KeyResult["type"]>;

export interface Group {
  readonly id: string;
  readonly parts: readonly GroupPart[];
  /** One for each visualisation; undefined where no event had a value. */
  readonly values: readonly (number | undefined)[];
}

export interface Chart {
  readonly of: Visualisation;
  /** Seconds since 1970, where each part of the time begins. */
  readonly times: readonly number[];
  /** By group, as the groups are ordered; null where a part has no value. */
  readonly lines: readonly (readonly (number | null)[])[];
}

export interface Answer {
  readonly groups: readonly Group[];
  readonly charts: readonly Chart[];
  readonly stepMs: number;
}

const SUBJECT_FILTERS = { roots: ONLY_ROOTS, spans: ONLY_SPANS, logs: ONLY_LOGS } as const;

export async function runQuery(
  query: Query,
  period: Period,
  types: KeyTypes,
  signal: AbortSignal,
): Promise<Answer> {
  const shown = query.show.filter(isWhole.visualisation);
  const { result } = await post<{ readonly result: { readonly calculations?: CalculationResult[] } }>(
    `${TELEMETRY}/query`,
    {
      queryId: "explorer",
      view: "calculations",
      timeframe: { from: period.fromMs, to: period.toMs },
      limit: query.limit,
      parameters: {
        calculations: shown.map(({ operator, key }, index) => ({
          operator,
          alias: String(index),
          ...(operator !== "count" && { key, ...(operator === "uniq" && { keyType: typeOf(types, key) }) }),
        })),
        filters: [
          ...SUBJECT_FILTERS[query.of],
          ...query.where.filter(isWhole.filter).map((filter) => filterOf(filter, types)),
        ],
        groupBys: query.by.filter(Boolean).map((value) => ({ value, type: typeOf(types, value) })),
        orderBy: {
          value: String(Math.min(query.order, shown.length - 1)),
          order: query.isAscending ? "asc" : "desc",
        },
      },
    },
    signal,
  );
  return answerOf(shown, result.calculations ?? []);
}

const typeOf = (types: KeyTypes, key: string): KeyResult["type"] => types.get(key) ?? "string";

function filterOf({ key, test, value }: Query["where"][number], types: KeyTypes): TelemetryFilter {
  if (!needsValue(test)) return { key, operation: test, type: "string" };
  const known = typeOf(types, key);
  const isOrder = test === "gt" || test === "gte" || test === "lt" || test === "lte";
  const isNumber = value.trim() !== "" && Number.isFinite(Number(value));
  const isBoolean = value === "true" || value === "false";
  const type =
    (isOrder || known === "number") && isNumber
      ? "number"
      : known === "boolean" && isBoolean
        ? "boolean"
        : "string";
  return { key, operation: test, type, value };
}

export function answerOf(
  shown: readonly Visualisation[],
  calculations: readonly CalculationResult[],
): Answer {
  const groups = new Map<string, { parts: readonly GroupPart[]; values: (number | undefined)[] }>();
  calculations.forEach(({ aggregates }, index) => {
    for (const aggregate of aggregates) {
      const id = idOf(aggregate);
      const group = groups.get(id) ?? { parts: aggregate.groups ?? [], values: [] };
      group.values[index] = aggregate.value;
      groups.set(id, group);
    }
  });
  const ids = [...groups.keys()];
  const [first, second] = calculations[0]?.series.map(({ time }) => Date.parse(time)) ?? [];
  return {
    groups: [...groups].map(([id, { parts, values }]) => ({
      id,
      parts,
      values: shown.map((_, index) => values[index]),
    })),
    charts: calculations.flatMap(({ series }, index) => {
      const of = shown[index];
      return of === undefined ? [] : [chartOf(of, series, ids)];
    }),
    stepMs: first === undefined || second === undefined ? 1 : second - first,
  };
}

/** Where nothing was counted the count is 0; other numbers are not there. */
function chartOf(of: Visualisation, series: CalculationResult["series"], ids: readonly string[]): Chart {
  const missing = of.operator === "count" ? 0 : null;
  const lines = ids.map(() => series.map((): number | null => missing));
  series.forEach(({ data }, at) => {
    for (const aggregate of data) {
      const line = lines[ids.indexOf(idOf(aggregate))];
      if (line !== undefined) line[at] = aggregate.value;
    }
  });
  return { of, times: series.map(({ time }) => Date.parse(time) / 1_000), lines };
}

const idOf = ({ groups = [] }: CalculationAggregate): string => JSON.stringify(groups);

export async function fetchKeys(period: Period, signal: AbortSignal): Promise<KeyTypes> {
  const { result } = await post<{ readonly result: readonly KeyResult[] }>(
    `${TELEMETRY}/keys`,
    { from: period.fromMs, to: period.toMs },
    signal,
  );
  return new Map(result.map(({ key, type }) => [key, type]));
}
