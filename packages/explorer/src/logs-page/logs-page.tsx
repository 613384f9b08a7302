// All logs, newest first, as they come: filtered by level, service, text and time, each leading to its span.
import { Button } from "@cloudflare/kumo/components/button";
import { getRouteApi } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useCallback, useEffect, useMemo, useRef } from "react";
import type { LogsSearch } from "../addresses.ts";
import { LogToolbar } from "../logs/log-toolbar.tsx";
import { MeasuredRows } from "../logs/measured-rows.tsx";
import { FailureBar } from "../shell/failure-bar.tsx";
import { FailureNotice, Notice } from "../shell/notice.tsx";
import { usePageTitle } from "../shell/page-title.ts";
import { periodOfList } from "../time-range/period.ts";
import { TimeBar } from "../time-range/time-bar.tsx";
import { useSeries } from "../time-range/use-series.ts";
import { ServiceSelect } from "../traces/service-select.tsx";
import { useServices } from "../traces/use-services.ts";
import { LogRow } from "./log-row.tsx";
import { logFilters, useLogs } from "./use-logs.ts";

const route = getRouteApi("/logs");
const LINE_PX = 33;
const OVERSCAN = 12;
/** Older logs are asked for when fewer rows than this are left below. */
const AHEAD = 20;

const NOTHING_LOADED = [] as const;

const UNFILTERED = {
  q: undefined,
  service: undefined,
  levels: undefined,
  last: undefined,
  from: undefined,
  to: undefined,
} satisfies Partial<LogsSearch>;

export default function LogsPage() {
  usePageTitle("Logs");
  const search = route.useSearch();
  const { service, levels, open: openId } = search;
  const navigate = route.useNavigate();
  const set = useCallback(
    (change: Partial<LogsSearch>): void =>
      void navigate({ search: (before) => ({ ...before, ...change }), replace: true, resetScroll: false }),
    [navigate],
  );
  const text = search.q ?? "";
  const { list, isOutdated, failure, retry, loadOlder, isLoadingOlder } = useLogs(search, text);
  const filters = useMemo(() => logFilters({ service, levels }), [service, levels]);
  const series = useSeries({
    search,
    filters,
    text,
    otherwise: periodOfList(list?.rows.at(-1)?.time, list?.rows[0]?.time, Date.now()),
  });
  const services = useServices(NOTHING_LOADED);
  const scroller = useRef<HTMLDivElement>(null);
  const rows = list?.rows ?? [];
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_PX,
    getItemKey: (index) => rows[index]?.id ?? index,
    overscan: OVERSCAN,
  });
  const items = virtualizer.getVirtualItems();
  const isNearEnd = rows.length > 0 && (items.at(-1)?.index ?? 0) >= rows.length - AHEAD;
  const hasScrolled = (virtualizer.scrollOffset ?? 0) > 0;
  useEffect(() => {
    if (isNearEnd && hasScrolled) loadOlder();
  }, [isNearEnd, hasScrolled, loadOlder]);
  const open = useCallback((id: string | undefined) => set({ open: id }), [set]);

  const isFiltered = Object.keys(UNFILTERED).some((name) => search[name as keyof LogsSearch] !== undefined);

  if (list === undefined) {
    return failure === undefined ? (
      <Notice title="Loading logs …" />
    ) : (
      <FailureNotice failure={failure} retry={retry} />
    );
  }
  return (
    <main className="flex min-h-0 flex-1 flex-col">
      <h1 className="sr-only">Logs</h1>
      <LogToolbar
        filter={search}
        set={set}
        count={`${rows.length.toLocaleString("en-US")}${list.isComplete ? "" : "+"} logs`}
      >
        <ServiceSelect service={service} services={services} set={(next) => set({ service: next })} />
      </LogToolbar>
      <TimeBar search={search} set={set} series={series} unit="logs" />
      {failure !== undefined && <FailureBar failure={failure} retry={retry} />}
      <section
        ref={scroller}
        aria-label="Logs"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys.
        tabIndex={0}
        className={`min-h-0 flex-1 overflow-auto bg-kumo-base ${isOutdated ? "opacity-60" : ""}`}
      >
        <MeasuredRows virtualizer={virtualizer} rows={rows}>
          {(log) => (
            <LogRow log={log} isOpen={log.id === openId} hasArrived={list.arrivals.has(log.id)} open={open} />
          )}
        </MeasuredRows>
        <div className="flex items-center justify-center gap-3 px-4 py-3 text-xs text-kumo-subtle">
          {rows.length === 0 && (
            <span>
              {isFiltered ? "No log matches." : "There are no logs yet."}{" "}
              <code className="font-mono">console.log</code> and its siblings inside a traced Worker appear
              here, and what is sent to <code className="font-mono">/v1/logs</code>.
            </span>
          )}
          {rows.length === 0 && isFiltered && (
            <Button size="sm" className="shrink-0" onClick={() => set(UNFILTERED)}>
              Show all logs
            </Button>
          )}
          {!list.isComplete && (
            <Button size="sm" loading={isLoadingOlder} onClick={loadOlder}>
              Load older logs
            </Button>
          )}
        </div>
      </section>
    </main>
  );
}
