// The heatmap's data: all traces that match, counted by the server, again while new ones come.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import type { TimeSearch } from "../addresses.ts";
import { fetchHeatmap, type TraceSelection } from "../api/client.ts";
import { useRefreshOnChange } from "../api/live-context.tsx";
import type { Heat } from "./heat.ts";
import { type Period, periodOf } from "./period.ts";
import { BUCKETS, REFRESH_MS } from "./use-series.ts";

const anyChange = (): boolean => true;

/** @param otherwise what is counted over where the address names no period; nothing is, without */
export function useHeat(
  { last, from, to }: TimeSearch,
  selection: TraceSelection,
  otherwise: Period | undefined,
): Heat | undefined {
  const isKnown = periodOf({ last, from, to }, 0) !== undefined || otherwise !== undefined;
  const { data, refetch } = useQuery({
    queryKey: ["heat", last, from, to, selection, otherwise?.fromMs],
    enabled: isKnown,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }): Promise<Heat> => {
      const now = Date.now();
      const period = periodOf({ last, from, to }, now) ?? { fromMs: otherwise?.fromMs ?? 0, toMs: now };
      return { period, ...(await fetchHeatmap(period, BUCKETS, selection, signal)) };
    },
  });
  useRefreshOnChange(
    useCallback(() => (isKnown ? refetch({ cancelRefetch: false }) : Promise.resolve()), [refetch, isKnown]),
    anyChange,
    REFRESH_MS,
  );
  return isKnown ? data : undefined;
}
