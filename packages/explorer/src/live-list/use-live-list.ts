// A list's data: the newest page kept fresh by the live feed, older pages on demand.
import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useRef, useState } from "react";
import { asFailure, type Failure, retryInterval } from "../api/failure.ts";
import { useRefreshOnChange } from "../api/live-context.tsx";
import { type LiveList, mergeNewest, mergeOlder, type Order } from "./merge.ts";

export const PAGE = 100;
const anyChange = (): boolean => true;

export interface LiveListQuery<Row> {
  /** Names the list, with all that it depends on. */
  readonly key: readonly string[];
  readonly order: Order<Row>;
  /** At most `PAGE` rows, newest first, those after `before` in the server's order. */
  readonly fetchPage: (before: Row | undefined, signal: AbortSignal) => Promise<readonly Row[]>;
  /** The last in the server's order. */
  readonly lastOf?: (rows: readonly Row[]) => Row | undefined;
}

export interface Listing<Row> {
  readonly list: LiveList<Row> | undefined;
  /** `list` is still that of the query before. */
  readonly isOutdated: boolean;
  /** The last request failed; `list` may still hold what came before. */
  readonly failure: Failure | undefined;
  readonly retry: () => void;
  /** Does nothing while it is loading, and when there are no older ones. */
  readonly loadOlder: () => void;
  readonly isLoadingOlder: boolean;
}

export function useLiveList<Row>({ key, order, fetchPage, lastOf }: LiveListQuery<Row>): Listing<Row> {
  const client = useQueryClient();
  const query = useQuery<LiveList<Row>>({
    queryKey: key,
    queryFn: async ({ signal }) => {
      const page = await fetchPage(undefined, signal);
      return mergeNewest(order, client.getQueryData<LiveList<Row>>(key), page, PAGE, Date.now());
    },
    refetchInterval: ({ state }) => retryInterval(state.error),
    // While another filter is answered, what the last one gave stays.
    placeholderData: keepPreviousData,
  });
  const { refetch } = query;
  useRefreshOnChange(
    useCallback(() => refetch({ cancelRefetch: false }), [refetch]),
    anyChange,
  );

  const [isLoadingOlder, setLoadingOlder] = useState(false);
  const isBusy = useRef(false);
  const loadOlder = async (): Promise<void> => {
    const rows = query.data?.rows ?? [];
    const before = lastOf === undefined ? rows.at(-1) : lastOf(rows);
    if (isBusy.current || before === undefined || query.data?.isComplete) return;
    isBusy.current = true;
    setLoadingOlder(true);
    try {
      const page = await fetchPage(before, new AbortController().signal);
      client.setQueryData<LiveList<Row>>(key, (known) => known && mergeOlder(order, known, page, PAGE));
    } catch {
      // The reader can ask again; the newest page's own state says that the server is away.
    } finally {
      isBusy.current = false;
      setLoadingOlder(false);
    }
  };
  return {
    list: query.data,
    isOutdated: query.isPlaceholderData,
    failure: query.error === null ? undefined : asFailure(query.error),
    retry: () => void refetch(),
    loadOlder: () => void loadOlder(),
    isLoadingOlder,
  };
}
