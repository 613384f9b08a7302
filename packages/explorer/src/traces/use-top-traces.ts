// The traces that have most of something, of all that match: asked again while new ones come. More of them are a longer
// list asked for whole, so that none stands twice in it or is left out while their order changes.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import type { TimeSearch } from "../addresses.ts";
import { fetchTopTraces, type TraceSelection } from "../api/client.ts";
import type { TraceRow } from "../api/decode-summary.ts";
import { asFailure, type Failure, retryInterval } from "../api/failure.ts";
import { useRefreshOnChange } from "../api/live-context.tsx";
import { periodOf } from "../time-range/period.ts";
import type { Sort } from "./sort.ts";

const PAGE = 200;
/** As many as the server gives in one answer. */
const MOST = 1_000;
/** Looking at all traces is more work than reading the newest. */
const REFRESH_MS = 2_000;
const anyChange = (): boolean => true;

export interface TopTraces {
  readonly rows: readonly TraceRow[] | undefined;
  readonly isOutdated: boolean;
  /** There are no more, or no more are to be had. */
  readonly isComplete: boolean;
  readonly isLoadingMore: boolean;
  readonly loadMore: () => void;
  readonly failure: Failure | undefined;
  readonly retry: () => void;
}

/** Asks for nothing without `sort`. */
export function useTopTraces(
  sort: Sort | undefined,
  selection: TraceSelection,
  { last, from, to }: TimeSearch,
): TopTraces {
  const asked = JSON.stringify([sort, selection, last, from, to]);
  const [longer, setLonger] = useState({ asked, limit: PAGE });
  const limit = longer.asked === asked ? longer.limit : PAGE;
  const { data, error, refetch, isPlaceholderData } = useQuery<readonly TraceRow[]>({
    queryKey: ["top-traces", asked, limit],
    enabled: sort !== undefined,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => retryInterval(state.error),
    queryFn: ({ signal }) => {
      const period = periodOf({ last, from, to }, Date.now());
      return fetchTopTraces({ limit, sort: sort ?? "duration", period, ...selection }, signal);
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
  const isLoadingMore = isPlaceholderData && limit > PAGE;
  const isFull = data !== undefined && data.length >= limit;
  return {
    rows: data,
    isOutdated: isPlaceholderData && !isLoadingMore,
    isComplete: !isLoadingMore && (!isFull || limit >= MOST),
    isLoadingMore,
    loadMore: useCallback(
      () => isFull && setLonger({ asked, limit: Math.min(MOST, limit + PAGE) }),
      [isFull, asked, limit],
    ),
    failure: error === null ? undefined : asFailure(error),
    retry: () => void refetch(),
  };
}
