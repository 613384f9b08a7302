// Find in the waterfall: what the reader types, and what it matches. The index is made while the page is idle.
import { useDeferredValue, useEffect, useMemo, useState } from "react";
import { FindIndex, type Found } from "../trace/find.ts";
import type { Tree } from "../trace/tree.ts";
import { useAddress, useInAddress } from "./use-address.ts";

/** Short enough that a frame is not missed, long enough to get on. */
const SLICE_MS = 8;

export interface Find {
  readonly query: string;
  readonly setQuery: (query: string) => void;
  readonly found: Found;
  /** What `found` was found by: `query` once it has been looked for. */
  readonly sought: string;
  /** What the query as it stands matches, looked for now if need be. */
  readonly latest: () => Found;
}

export function useFind(tree: Tree): Find {
  const [query, setQuery] = useState(useAddress().find ?? "");
  useInAddress("find", query === "" ? undefined : query, (given) => setQuery(given ?? ""));
  // Deferred: a large trace is looked through while the reader goes on typing.
  const sought = useDeferredValue(query);
  const index = useMemo(() => new FindIndex(tree), [tree]);
  const found = useMemo(() => index.find(sought), [index, sought]);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    const gather = (): void => {
      const until = performance.now() + SLICE_MS;
      if (!index.gather(() => performance.now() < until)) timer = setTimeout(gather);
    };
    // Rows come first.
    timer = setTimeout(gather, 200);
    return () => clearTimeout(timer);
  }, [index]);
  return { query, setQuery, found, sought, latest: () => (sought === query ? found : index.find(query)) };
}
