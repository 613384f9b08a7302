// One trace, fetched again while it still gains spans or logs.

import type { LiveChange } from "@enterspan/backend/contract";
import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { fetchTrace } from "../api/client.ts";
import { asFailure, type Failure, retryInterval } from "../api/failure.ts";
import { concerns } from "../api/live.ts";
import { useRefreshOnChange } from "../api/live-context.tsx";
import type { Trace } from "../trace/model.ts";

export interface TraceQuery {
  readonly trace: Trace | undefined;
  /** The last request failed; `trace` may still hold what came before. */
  readonly failure: Failure | undefined;
  readonly retry: () => void;
}

export function useTrace(traceId: string): TraceQuery {
  const { data, error, refetch } = useQuery<Trace>({
    queryKey: ["trace", traceId],
    queryFn: ({ signal }) => fetchTrace(traceId, signal),
    // Spans are instances with lazy parts: comparing them deeply would read them all.
    structuralSharing: false,
    // A trace of 100,000 spans is 100 MB: it does not outlive its page for long.
    gcTime: 30_000,
    refetchInterval: ({ state }) => retryInterval(state.error),
  });
  useRefreshOnChange(
    useCallback(() => refetch({ cancelRefetch: false }), [refetch]),
    useCallback((change: LiveChange) => concerns(change, traceId), [traceId]),
  );
  return {
    trace: data,
    failure: error === null ? undefined : asFailure(error),
    retry: () => void refetch(),
  };
}
