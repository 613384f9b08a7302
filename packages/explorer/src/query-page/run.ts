// Asks the telemetry API for a query's numbers → one table row a group, one line a group in each chart.
import type { CalculationAggregate, CalculationResult, KeyResult } from "@enterspan/backend/contract";
import { post } from "../api/request.ts";
import { TELEMETRY } from "../api/telemetry.ts";
import type { Period } from "../time-range/period.ts";
import { type KeyTypes, parametersOf } from "./parameters.ts";
import { isWhole, type Query, type Visualisation } from "./query.ts";
import type { GroupPart } from "./search-text.ts";

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
      parameters: parametersOf(query, types),
    },
    signal,
  );
  return answerOf(shown, result.calculations ?? []);
}

function answerOf(shown: readonly Visualisation[], calculations: readonly CalculationResult[]): Answer {
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
