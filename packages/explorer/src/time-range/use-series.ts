// How many events there were when, for the histogram: counted by the server, again while new ones come.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import type { TimeSearch } from "../addresses.ts";
import { useRefreshOnChange } from "../api/live-context.tsx";
import { queryEvents, type TelemetryFilter } from "../api/telemetry.ts";
import { type Bucket, bucketMsOf, countedPeriod, type OpenPeriod, type Period } from "./period.ts";

export const BUCKETS = 90;
/** Counting all events of a day is more work than reading the newest. */
export const REFRESH_MS = 2_000;
const anyChange = (): boolean => true;

export interface Series {
  readonly period: Period;
  readonly bucketMs: number;
  /** By start; those without events are left out. */
  readonly buckets: readonly Bucket[];
}

interface SeriesQuery {
  readonly search: TimeSearch;
  readonly filters: readonly TelemetryFilter[];
  readonly text?: string | undefined;
  /** What is counted over where the address names no period; nothing is, without. */
  readonly otherwise?: OpenPeriod | undefined;
}

export function useSeries({ search, filters, text, otherwise }: SeriesQuery): Series | undefined {
  const { last, from, to } = search;
  const isKnown = countedPeriod(search, otherwise, Date.now()) !== undefined;
  const { data, refetch } = useQuery({
    queryKey: ["series", last, from, to, text, JSON.stringify(filters), otherwise?.fromMs, otherwise?.toMs],
    enabled: isKnown,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }): Promise<Series> => {
      const period = countedPeriod(search, otherwise, Date.now()) as Period;
      const { series = [] } = await queryEvents(
        { period, filters, text, limit: 1, buckets: BUCKETS },
        signal,
      );
      const buckets = series.map(({ time, data: [first] }) => ({
        startMs: Date.parse(time),
        count: first?.count ?? 0,
        errors: first?.errors ?? 0,
      }));
      return { period, bucketMs: bucketMsOf(period, BUCKETS), buckets };
    },
  });
  useRefreshOnChange(
    useCallback(() => (isKnown ? refetch({ cancelRefetch: false }) : Promise.resolve()), [refetch, isKnown]),
    anyChange,
    REFRESH_MS,
  );
  return isKnown ? data : undefined;
}
