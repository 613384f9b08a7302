// The heatmap's data: all traces that match, counted by the server, again while new ones come.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import type { TimeSearch } from "../addresses.ts";
import { fetchHeatmap, type TraceSelection } from "../api/client.ts";
import { useRefreshOnChange } from "../api/live-context.tsx";
import type { Heat } from "./heat.ts";
import { countedPeriod, type OpenPeriod, type Period } from "./period.ts";
import { BUCKETS, REFRESH_MS } from "./use-series.ts";

const anyChange = (): boolean => true;

/** @param otherwise what is counted over where the address names no period; nothing is, without */
export function useHeat(
  { last, from, to }: TimeSearch,
  selection: TraceSelection,
  otherwise: OpenPeriod | undefined,
): Heat | undefined {
  const isKnown = countedPeriod({ last, from, to }, otherwise, Date.now()) !== undefined;
  const { data, refetch } = useQuery({
    queryKey: ["heat", last, from, to, selection, otherwise?.fromMs, otherwise?.toMs],
    enabled: isKnown,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }): Promise<Heat> => {
      const period = countedPeriod({ last, from, to }, otherwise, Date.now()) as Period;
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
