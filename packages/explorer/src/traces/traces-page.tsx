// The list of traces: what the reader sees first.
import { getRouteApi } from "@tanstack/react-router";
import { useCallback, useDeferredValue, useMemo } from "react";
import type { TracesSearch } from "../addresses.ts";
import { ONLY_ROOTS, type TelemetryFilter } from "../api/telemetry.ts";
import { FailureBar } from "../shell/failure-bar.tsx";
import { useMediaQuery } from "../shell/media-query.ts";
import { FailureNotice, Notice } from "../shell/notice.tsx";
import { usePageTitle } from "../shell/page-title.ts";
import { TimeBar } from "../time-range/time-bar.tsx";
import { useSeries } from "../time-range/use-series.ts";
import { filterTraces } from "./filter.ts";
import { FirstSteps } from "./first-steps.tsx";
import { sortTraces } from "./sort.ts";
import { TraceTable } from "./trace-table.tsx";
import { TracesToolbar } from "./traces-toolbar.tsx";
import { useServices } from "./use-services.ts";
import { useTraces } from "./use-traces.ts";

const route = getRouteApi("/");
const ROW_PX = 34;
/** On a narrow screen a row has two lines. */
const NARROW_ROW_PX = 56;

export function TracesPage() {
  usePageTitle("Traces");
  const search = route.useSearch();
  const { q = "", service, errors, sort } = search;
  const navigate = route.useNavigate();
  const set = useCallback(
    (change: Partial<TracesSearch>): void =>
      void navigate({ search: (before) => ({ ...before, ...change }), replace: true }),
    [navigate],
  );
  const { list, isOutdated, failure, retry, loadOlder, isLoadingOlder } = useTraces(service, search);
  const rowPx = useMediaQuery("(min-width: 48rem)") ? ROW_PX : NARROW_ROW_PX;
  const text = useDeferredValue(q);
  const onlyErrors = errors === "1";
  const all = list?.rows;
  const rows = useMemo(
    () => (all === undefined ? [] : sortTraces(filterTraces(all, { text, onlyErrors }), sort)),
    [all, text, onlyErrors, sort],
  );
  const services = useServices(all);
  const filters = useMemo(() => rootFilters(service), [service]);
  const oldest = all?.at(-1)?.startUnixNano;
  const series = useSeries({
    search,
    filters,
    otherwise: oldest === undefined ? undefined : { fromMs: Number(oldest / 1_000_000n), toMs: Date.now() },
  });

  if (list === undefined) {
    return failure === undefined ? (
      <Notice title="Loading traces …" />
    ) : (
      <FailureNotice failure={failure} retry={retry} />
    );
  }
  if (
    list.rows.length === 0 &&
    !isOutdated &&
    service === undefined &&
    search.last === undefined &&
    search.from === undefined
  ) {
    return <FirstSteps />;
  }
  return (
    <main className="flex min-h-0 flex-1 flex-col">
      <h1 className="sr-only">Traces</h1>
      <TracesToolbar
        search={search}
        set={set}
        services={services}
        shown={rows.length}
        loaded={list.rows.length}
      />
      <TimeBar search={search} set={set} series={series} unit="traces" />
      {failure !== undefined && <FailureBar failure={failure} retry={retry} />}
      <TraceTable
        key={rowPx}
        rowPx={rowPx}
        rows={rows}
        arrivals={list.arrivals}
        isComplete={list.isComplete}
        isLoadingOlder={isLoadingOlder}
        loadOlder={loadOlder}
        sort={sort}
        setSort={(next) => set({ sort: next })}
      />
    </main>
  );
}

/** Counted by their roots: of one service, those that it answered. */
const rootFilters = (service: string | undefined): readonly TelemetryFilter[] =>
  service === undefined
    ? ONLY_ROOTS
    : [...ONLY_ROOTS, { key: "$metadata.service", operation: "eq", type: "string", value: service }];
