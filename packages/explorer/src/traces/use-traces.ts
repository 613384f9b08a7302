// The list's data: the newest page kept fresh by the live feed, older pages on demand.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useRef, useState } from "react";
import { fetchTraces } from "../api/client.ts";
import { asFailure, type Failure, retryInterval } from "../api/failure.ts";
import { useRefreshOnChange } from "../api/live-context.tsx";
import { mergeNewest, mergeOlder, type TraceList } from "./merge.ts";

const PAGE = 100;
const anyChange = (): boolean => true;

export interface Traces {
  readonly list: TraceList | undefined;
  /** The last request failed; `list` may still hold what came before. */
  readonly failure: Failure | undefined;
  readonly retry: () => void;
  /** Does nothing while it is loading, and when there are no older ones. */
  readonly loadOlder: () => void;
  readonly isLoadingOlder: boolean;
}

export function useTraces(service: string | undefined): Traces {
  const client = useQueryClient();
  const key = ["traces", service ?? ""];
  const query = useQuery<TraceList>({
    queryKey: key,
    queryFn: async ({ signal }) => {
      const page = await fetchTraces({ limit: PAGE, service }, signal);
      return mergeNewest(client.getQueryData<TraceList>(key), page, PAGE, Date.now());
    },
    refetchInterval: ({ state }) => retryInterval(state.error),
  });
  const { refetch } = query;
  useRefreshOnChange(
    useCallback(() => refetch({ cancelRefetch: false }), [refetch]),
    anyChange,
  );

  const [isLoadingOlder, setLoadingOlder] = useState(false);
  const isBusy = useRef(false);
  const loadOlder = async (): Promise<void> => {
    const before = query.data?.rows.at(-1);
    if (isBusy.current || before === undefined || query.data?.isComplete) return;
    isBusy.current = true;
    setLoadingOlder(true);
    try {
      const page = await fetchTraces({ limit: PAGE, service, before }, new AbortController().signal);
      client.setQueryData<TraceList>(key, (known) => known && mergeOlder(known, page, PAGE));
    } catch {
      // The reader can ask again; the newest page's own state says that the server is away.
    } finally {
      isBusy.current = false;
      setLoadingOlder(false);
    }
  };
  return {
    list: query.data,
    failure: query.error === null ? undefined : asFailure(query.error),
    retry: () => void refetch(),
    loadOlder: () => void loadOlder(),
    isLoadingOlder,
  };
}
