// The live feed for React: one per page, handed down by context.

import type { LiveChange } from "@enterspan/backend/contract";
import { createContext, useContext, useEffect, useSyncExternalStore } from "react";
import { createLiveFeed, type LiveFeed, type LiveState } from "./live.ts";
import { throttle } from "./throttle.ts";

/** Fast enough that a request is in the list within a second, slow enough for a load test. */
const REFRESH_MS = 300;

const LiveContext = createContext<LiveFeed>(
  createLiveFeed(
    () => new EventSource("/api/live"),
    () => document,
  ),
);

export const useLiveState = (): LiveState => {
  const feed = useContext(LiveContext);
  return useSyncExternalStore(feed.onState, feed.state);
};

/**
 * Calls `refresh` after changes that concern the caller, at most once per `intervalMs` and never twice at once.
 * Both functions must be stable (`useCallback`), or the subscription is renewed on every render.
 */
export function useRefreshOnChange(
  refresh: () => Promise<unknown>,
  isConcerned: (change: LiveChange) => boolean,
  intervalMs = REFRESH_MS,
): void {
  const feed = useContext(LiveContext);
  useEffect(() => {
    const throttled = throttle(() => refresh().then(noResult, noResult), intervalMs);
    const stop = feed.onChange((change) => {
      if (isConcerned(change)) throttled.signal();
    });
    return () => {
      stop();
      throttled.cancel();
    };
  }, [feed, refresh, isConcerned, intervalMs]);
}

/** What went wrong is in the query's own state. */
const noResult = (): void => {};
