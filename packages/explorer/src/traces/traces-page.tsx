// The list of traces: what the reader sees first.
import { getRouteApi } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import type { TracesSearch } from "../addresses.ts";
import { ONLY_ROOTS, type TelemetryFilter } from "../api/telemetry.ts";
import { FailureBar } from "../shell/failure-bar.tsx";
import { useAddressText } from "../shell/kept-in-address.ts";
import { useMediaQuery } from "../shell/media-query.ts";
import { FailureNotice, Notice } from "../shell/notice.tsx";
import { usePageTitle } from "../shell/page-title.ts";
import { bucketsOf, periodOf } from "../time-range/period.ts";
import { TimeBar } from "../time-range/time-bar.tsx";
import { useSeries } from "../time-range/use-series.ts";
import { withErrors } from "./filter.ts";
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
  const { q, service, errors, sort } = search;
  const navigate = route.useNavigate();
  const set = useCallback(
    (change: Partial<TracesSearch>): void =>
      void navigate({ search: (before) => ({ ...before, ...change }), replace: true }),
    [navigate],
  );
  const [typed, type] = useAddressText(q, (next) => set({ q: next }));
  const { list, isOutdated, failure, retry, loadOlder, isLoadingOlder } = useTraces(service, q ?? "", search);
  const rowPx = useMediaQuery("(min-width: 48rem)") ? ROW_PX : NARROW_ROW_PX;
  const onlyErrors = errors === "1";
  const all = list?.rows;
  const rows = useMemo(() => {
    const shown = all === undefined ? [] : onlyErrors ? withErrors(all) : all;
    return sortTraces(shown, sort);
  }, [all, onlyErrors, sort]);
  const services = useServices(all);
  const filters = useMemo(() => rootFilters(service), [service]);
  const oldest = all?.at(-1)?.startUnixNano;
  const counted = useSeries({
    search,
    filters,
    otherwise: oldest === undefined ? undefined : { fromMs: Number(oldest / 1_000_000n), toMs: Date.now() },
  });
  // What is searched for the server does not count: then what is loaded is.
  const series = useMemo(
    () =>
      q === undefined || counted === undefined ? counted : { ...counted, buckets: bucketsOf(rows, counted) },
    [q, counted, rows],
  );

  const isFiltered = service !== undefined || typed !== "" || periodOf(search, 0) !== undefined;
  if (list === undefined && !isFiltered) {
    return failure === undefined ? (
      <Notice title="Loading traces …" />
    ) : (
      <FailureNotice failure={failure} retry={retry} />
    );
  }
  if (list?.rows.length === 0 && !isOutdated && !isFiltered) return <FirstSteps />;
  return (
    <main className="flex min-h-0 flex-1 flex-col">
      <h1 className="sr-only">Traces</h1>
      <TracesToolbar
        search={search}
        set={set}
        typed={typed}
        type={type}
        services={services}
        shown={rows.length}
        loaded={list?.rows.length ?? 0}
      />
      <TimeBar search={search} set={set} series={series} unit="traces" />
      {failure !== undefined && <FailureBar failure={failure} retry={retry} />}
      <TraceTable
        key={rowPx}
        rowPx={rowPx}
        rows={rows}
        arrivals={list?.arrivals ?? NO_ARRIVALS}
        isOutdated={isOutdated}
        isComplete={list?.isComplete ?? true}
        isLoadingOlder={isLoadingOlder}
        loadOlder={loadOlder}
        sort={sort}
        setSort={(next) => set({ sort: next })}
      />
    </main>
  );
}

const NO_ARRIVALS: ReadonlyMap<string, number> = new Map();

/** Counted by their roots: of one service, those that it answered. */
const rootFilters = (service: string | undefined): readonly TelemetryFilter[] =>
  service === undefined
    ? ONLY_ROOTS
    : [...ONLY_ROOTS, { key: "$metadata.service", operation: "eq", type: "string", value: service }];
