// The list of traces: what the reader sees first.
import { getRouteApi } from "@tanstack/react-router";
import { useCallback, useEffect, useMemo } from "react";
import type { TracesSearch } from "../addresses.ts";
import { FailureBar } from "../shell/failure-bar.tsx";
import { useAddressText } from "../shell/kept-in-address.ts";
import { useMediaQuery } from "../shell/media-query.ts";
import { FailureNotice, Notice } from "../shell/notice.tsx";
import { usePageTitle } from "../shell/page-title.ts";
import { bucketsOf, tookOf } from "../time-range/heat.ts";
import { Heatmap } from "../time-range/heatmap.tsx";
import { periodOf, periodOfList, searchOf } from "../time-range/period.ts";
import { TimeBar } from "../time-range/time-bar.tsx";
import { useHeat } from "../time-range/use-heat.ts";
import { FirstSteps } from "./first-steps.tsx";
import { rememberList } from "./last-list.ts";
import { TraceTable } from "./trace-table.tsx";
import { TracesToolbar } from "./traces-toolbar.tsx";
import { useServices } from "./use-services.ts";
import { useTopTraces } from "./use-top-traces.ts";
import { useTraces } from "./use-traces.ts";

const route = getRouteApi("/");
const ROW_PX = 34;
/** On a narrow screen a row has two lines. */
const NARROW_ROW_PX = 56;

export function TracesPage() {
  usePageTitle("Traces");
  const search = route.useSearch();
  const { q, service, errors, sort } = search;
  const chosen = useMemo(() => tookOf(search.took), [search.took]);
  // What cannot be read is not asked for.
  const took = chosen && search.took;
  useEffect(() => rememberList(search), [search]);
  const navigate = route.useNavigate();
  const set = useCallback(
    (change: Partial<TracesSearch>): void =>
      void navigate({ search: (before) => ({ ...before, ...change }), replace: true }),
    [navigate],
  );
  const [typed, type] = useAddressText(q, (next) => set({ q: next }));
  const selection = useMemo(() => ({ search: q, service, errors, took }), [q, service, errors, took]);
  const newest = useTraces(selection, search);
  const top = useTopTraces(sort, selection, search);
  const { list } = newest;
  const { isOutdated, failure, retry } = sort === undefined ? newest : top;
  const rowPx = useMediaQuery("(min-width: 48rem)") ? ROW_PX : NARROW_ROW_PX;
  const known = sort === undefined ? list?.rows : top.rows;
  const rows = known ?? [];
  const isComplete = sort === undefined ? (list?.isComplete ?? true) : top.isComplete;
  const services = useServices(list?.rows);
  // The heatmap shows all durations, and among them those that are chosen.
  const heat = useHeat(
    search,
    { search: q, service, errors },
    periodOfList(list?.rows.at(-1)?.startUnixNano, list?.rows[0]?.startUnixNano, Date.now()),
  );
  const series = useMemo(() => heat && { ...heat, buckets: bucketsOf(heat, chosen) }, [heat, chosen]);

  const isFiltered =
    service !== undefined ||
    typed !== "" ||
    errors !== undefined ||
    took !== undefined ||
    periodOf(search, 0) !== undefined;
  if (list === undefined && !isFiltered) {
    return failure === undefined ? (
      <Notice title="Loading traces …" />
    ) : (
      <FailureNotice failure={failure} retry={retry} />
    );
  }
  const isKnownEmpty = known?.length === 0 && !isOutdated;
  if (isKnownEmpty && !isFiltered) return <FirstSteps />;
  const hasFailed = failure !== undefined && rows.length === 0;
  return (
    <main className="flex min-h-0 flex-1 flex-col">
      <h1 className="sr-only">Traces</h1>
      <TracesToolbar
        search={search}
        set={set}
        typed={typed}
        type={type}
        services={services}
        shown={known?.length}
        isComplete={isComplete}
      />
      <TimeBar search={search} set={set} series={series} unit="traces" below="Durations">
        {!isKnownEmpty && !hasFailed && (
          <Heatmap heat={heat} took={chosen} choose={(period, took) => set({ ...searchOf(period), took })} />
        )}
      </TimeBar>
      {failure !== undefined && <FailureBar failure={failure} retry={retry} />}
      {!hasFailed && (
        <TraceTable
          key={rowPx}
          rowPx={rowPx}
          rows={rows}
          arrivals={list?.arrivals ?? NO_ARRIVALS}
          isOutdated={isOutdated}
          isComplete={isComplete}
          isLoading={known === undefined}
          showAll={isFiltered ? () => set(UNFILTERED) : undefined}
          isLoadingMore={sort === undefined ? newest.isLoadingOlder : top.isLoadingMore}
          loadMore={sort === undefined ? newest.loadOlder : top.loadMore}
          sort={sort}
          setSort={(next) => set({ sort: next })}
        />
      )}
    </main>
  );
}

const UNFILTERED: Partial<TracesSearch> = {
  q: undefined,
  service: undefined,
  errors: undefined,
  took: undefined,
  last: undefined,
  from: undefined,
  to: undefined,
};
const NO_ARRIVALS: ReadonlyMap<string, number> = new Map();
