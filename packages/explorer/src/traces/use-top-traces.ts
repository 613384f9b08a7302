// The traces that have most of something, of all that match: asked again while new ones come.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import type { TimeSearch } from "../addresses.ts";
import { fetchTopTraces, type TraceSelection } from "../api/client.ts";
import type { TraceRow } from "../api/decode-summary.ts";
import { asFailure, type Failure, retryInterval } from "../api/failure.ts";
import { useRefreshOnChange } from "../api/live-context.tsx";
import { periodOf } from "../time-range/period.ts";
import type { Sort } from "./sort.ts";

export const TOP = 200;
/** Looking at all traces is more work than reading the newest. */
const REFRESH_MS = 2_000;
const anyChange = (): boolean => true;

export interface TopTraces {
  readonly rows: readonly TraceRow[] | undefined;
  readonly isOutdated: boolean;
  readonly failure: Failure | undefined;
  readonly retry: () => void;
}

/** Asks for nothing without `sort`. */
export function useTopTraces(
  sort: Sort | undefined,
  selection: TraceSelection,
  { last, from, to }: TimeSearch,
): TopTraces {
  const { data, error, refetch, isPlaceholderData } = useQuery<readonly TraceRow[]>({
    queryKey: ["top-traces", sort, selection, last, from, to],
    enabled: sort !== undefined,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => retryInterval(state.error),
    queryFn: ({ signal }) => {
      const period = periodOf({ last, from, to }, Date.now());
      return fetchTopTraces({ limit: TOP, sort: sort ?? "duration", period, ...selection }, signal);
    },
  });
  useRefreshOnChange(
    useCallback(
      () => (sort === undefined ? Promise.resolve() : refetch({ cancelRefetch: false })),
      [refetch, sort],
    ),
    anyChange,
    REFRESH_MS,
  );
  return {
    rows: data,
    isOutdated: isPlaceholderData,
    failure: error === null ? undefined : asFailure(error),
    retry: () => void refetch(),
  };
}
