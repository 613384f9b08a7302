// Which services call which, with how often, how long and how many errors: as a picture, and as a table that says the
// same. Each leads to its traces.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import type { TimeSearch } from "../addresses.ts";
import { asFailure, retryInterval } from "../api/failure.ts";
import { useRefreshOnChange } from "../api/live-context.tsx";
import { ONLY_ROOTS } from "../api/telemetry.ts";
import { FailureBar } from "../shell/failure-bar.tsx";
import { FailureNotice, Notice } from "../shell/notice.tsx";
import { usePageTitle } from "../shell/page-title.ts";
import { periodOf } from "../time-range/period.ts";
import { TimeBar } from "../time-range/time-bar.tsx";
import { useSeries } from "../time-range/use-series.ts";
import { CallTable } from "./call-table.tsx";
import { fetchServiceCalls, type ServiceCall } from "./calls.ts";
import { MapPicture } from "./map-picture.tsx";

const route = getRouteApi("/map");
const UNSET = "1h";
const REFRESH_MS = 3_000;
const anyChange = (): boolean => true;

export default function MapPage() {
  usePageTitle("Service map");
  const given = route.useSearch();
  const search: TimeSearch = useMemo(
    () => (periodOf(given, 0) === undefined ? { last: UNSET } : given),
    [given],
  );
  const navigate = route.useNavigate();
  const set = (change: TimeSearch): void =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  const { last, from, to } = search;
  const { data, error, refetch } = useQuery<readonly ServiceCall[]>({
    queryKey: ["map", last, from, to],
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => retryInterval(state.error),
    queryFn: ({ signal }) => {
      const period = periodOf({ last, from, to }, Date.now());
      return fetchServiceCalls(period ?? { fromMs: 0, toMs: Date.now() }, signal);
    },
  });
  useRefreshOnChange(
    useCallback(() => refetch({ cancelRefetch: false }), [refetch]),
    anyChange,
    REFRESH_MS,
  );
  const series = useSeries({ search, filters: ONLY_ROOTS });
  const failure = error === null ? undefined : asFailure(error);
  const retry = (): void => void refetch();

  if (data === undefined) {
    return failure === undefined ? (
      <Notice title="Loading the map …" />
    ) : (
      <FailureNotice failure={failure} retry={retry} />
    );
  }
  return (
    <main className="flex min-h-0 flex-1 flex-col">
      <h1 className="sr-only">Service map</h1>
      <TimeBar search={search} set={set} series={series} unit="traces" unset={UNSET} />
      {failure !== undefined && <FailureBar failure={failure} retry={retry} />}
      {data.length === 0 ? (
        <Notice
          title="No service was called"
          detail="Nothing was recorded in this time. Choose another, or send a request."
        />
      ) : (
        <div className="min-h-0 flex-1 overflow-auto">
          <MapPicture calls={data} time={given} />
          <CallTable calls={data} time={given} />
        </div>
      )}
    </main>
  );
}
