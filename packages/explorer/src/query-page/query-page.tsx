// The query builder: numbers of events over time and by group, as charts and as a table, and from each to its traces.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import type { TimeSearch, TracesSearch } from "../addresses.ts";
import { asFailure, retryInterval } from "../api/failure.ts";
import { useRefreshOnChange } from "../api/live-context.tsx";
import { ONLY_ROOTS } from "../api/telemetry.ts";
import { SavedButton } from "../saved/saved-button.tsx";
import { FailureBar } from "../shell/failure-bar.tsx";
import { useAddressText } from "../shell/kept-in-address.ts";
import { usePageTitle } from "../shell/page-title.ts";
import { useRested } from "../shell/rested.ts";
import { type Period, periodOf, searchOf } from "../time-range/period.ts";
import { TimeBar } from "../time-range/time-bar.tsx";
import { useSeries } from "../time-range/use-series.ts";
import { Builder } from "./builder.tsx";
import { ChartView } from "./chart-view.tsx";
import { type KeyTypes, parametersOf, queryOfParameters } from "./parameters.ts";
import { isWhole, type Query, queryOf, queryText } from "./query.ts";
import { ResultTable } from "./result-table.tsx";
import { type Answer, fetchKeys, type Group, runQuery } from "./run.ts";
import { searchTextOf } from "./search-text.ts";

const route = getRouteApi("/query");
const UNSET = "1h";
const REFRESH_MS = 3_000;
const anyChange = (): boolean => true;
const NO_KEYS: KeyTypes = new Map();

export default function QueryPage() {
  usePageTitle("Query");
  const { query: given, last, from, to } = route.useSearch();
  const navigate = route.useNavigate();
  const set = (change: TimeSearch & { readonly query?: string | undefined }): void =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  const time: TimeSearch = useMemo(
    () => (periodOf({ last, from, to }, 0) === undefined ? { last: UNSET } : { last, from, to }),
    [last, from, to],
  );
  const [text, setText] = useAddressText(given, (query) => set({ query }));
  const query = useMemo(() => queryOf(text), [text]);
  const asked = useRested(query);
  const series = useSeries({ search: time, filters: ONLY_ROOTS });
  const keys = useQuery({
    queryKey: ["keys", time],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => fetchKeys(periodNow(time), signal),
  }).data;
  const { data, error, refetch } = useQuery<Answer>({
    queryKey: ["query", queryText(asked) ?? "", time, keys?.size ?? 0],
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => retryInterval(state.error),
    queryFn: ({ signal }) => runQuery(asked, periodNow(time), keys ?? NO_KEYS, signal),
  });
  useRefreshOnChange(
    useCallback(() => refetch({ cancelRefetch: false }), [refetch]),
    anyChange,
    REFRESH_MS,
  );
  const tracesIn = (period: TimeSearch, group: Group | undefined): TracesSearch => ({
    ...period,
    q: searchTextOf(asked, group?.parts ?? []) || undefined,
  });
  const shown = asked.show.filter(isWhole.visualisation);
  const by = asked.by.filter(Boolean);

  return (
    <main className="flex min-h-0 flex-1 flex-col overflow-y-auto">
      <h1 className="sr-only">Query</h1>
      <TimeBar search={time} set={set} series={series} unit="traces" unset={UNSET} />
      <div className="flex shrink-0 flex-wrap-reverse items-end border-b border-kumo-line bg-kumo-base">
        <Builder
          query={query}
          change={(next: Query) => setText(queryText(next) ?? "")}
          keys={[...(keys ?? NO_KEYS).keys()]}
        />
        <div className="px-3 py-2.5 sm:px-4">
          <SavedButton
            what="queries"
            parameters={() => parametersOf(query, keys ?? NO_KEYS)}
            openerOf={(parameters) => {
              const saved = queryOfParameters(parameters);
              return saved && (() => setText(queryText(saved) ?? ""));
            }}
          />
        </div>
      </div>
      {error !== null && <FailureBar failure={asFailure(error)} retry={() => void refetch()} />}
      {data === undefined && error === null && (
        <p role="status" className="p-6 text-center text-kumo-subtle">
          Counting …
        </p>
      )}
      {data !== undefined && data.groups.length === 0 && (
        <p className="p-6 text-center text-kumo-subtle">Nothing matches in this time.</p>
      )}
      {data !== undefined && data.groups.length > 0 && (
        <>
          <div className="grid grid-cols-1 gap-3 p-3 sm:p-4 xl:grid-cols-2">
            {data.charts.map((chart, index) => (
              <ChartView
                key={index}
                chart={chart}
                groups={data.groups}
                nameOfGroup={({ parts }) => parts.map(({ value }) => value).join(" ")}
                stepMs={data.stepMs}
                choose={(period) => set(searchOf(period))}
                openTraces={(period, group) =>
                  void navigate({ to: "/", search: tracesIn(searchOf(period), group) })
                }
              />
            ))}
          </div>
          <ResultTable
            shown={shown}
            by={by}
            groups={data.groups}
            tracesOf={(group) => tracesIn(time, group)}
          />
        </>
      )}
    </main>
  );
}

const periodNow = (time: TimeSearch): Period => periodOf(time, Date.now()) ?? { fromMs: 0, toMs: Date.now() };
