// Find in the waterfall: what the reader types, and what it matches. Rows in sight are marked in the frame that the key is
// seen in, by looking at their spans; all others are looked through behind it, by an index that is made while the page is
// idle.
import { useEffect, useMemo, useState } from "react";
import { FindIndex, type Found, NOTHING_FOUND } from "../trace/find.ts";
import { parseFindQuery, type Term } from "../trace/find-query.ts";
import { matchesSpan } from "../trace/find-span.ts";
import type { Tree } from "../trace/tree.ts";
import { afterPaint } from "./after-paint.ts";
import { useAddress, useInAddress } from "./use-address.ts";

/** Short enough that a frame is not missed, long enough to get on. */
const SLICE_MS = 8;
/** The index goes on by so many spans at a time as take a fraction of this. */
const MARGIN_MS = 2;

interface Search {
  readonly index: FindIndex;
  readonly query: string;
  readonly terms: readonly Term[];
}

export interface Find {
  readonly query: string;
  readonly setQuery: (query: string) => void;
  /** Whether the query as it stands matches the span at this position. For the rows in sight. */
  readonly isMatch: (position: number) => boolean;
  readonly found: Found;
  /** What `found` was found by: `query` once all have been looked through. */
  readonly sought: string;
  /** What the query as it stands matches, looked for now if need be. */
  readonly latest: () => Found;
}

export function useFind(tree: Tree): Find {
  const [query, setQuery] = useState(useAddress().find ?? "");
  useInAddress("find", query === "" ? undefined : query, (given) => setQuery(given ?? ""));
  const index = useMemo(() => new FindIndex(tree), [tree]);
  const search = useMemo<Search>(() => ({ index, query, terms: parseFindQuery(query) }), [index, query]);
  const [last, setLast] = useState<{ readonly search: Search; readonly found: Found }>();
  useEffect(() => {
    if (search.terms.length === 0) {
      setLast(undefined);
      return;
    }
    let timer: ReturnType<typeof setTimeout>;
    const look = (): void => {
      if (gatherSlice(search.index)) setLast({ search, found: search.index.find(search.query) });
      else timer = setTimeout(look);
    };
    const callOff = afterPaint(look);
    return () => {
      callOff();
      clearTimeout(timer);
    };
  }, [search]);
  useEffect(() => {
    let callOff: () => void;
    const gather = (mayGoOn: () => boolean): void => {
      if (!index.gather(mayGoOn)) callOff = whenIdle(gather);
    };
    // Rows come first.
    const timer = setTimeout(() => {
      callOff = whenIdle(gather);
    }, 200);
    callOff = () => clearTimeout(timer);
    return () => callOff();
  }, [index]);
  const found = last?.found ?? NOTHING_FOUND;
  const isCurrent = last?.search === search;
  const isMatch = (position: number): boolean => {
    if (isCurrent) return found.marks[position] === 1;
    const span = tree.spans[position];
    return span !== undefined && matchesSpan(span, search.terms);
  };
  return {
    query,
    setQuery,
    isMatch,
    found,
    sought: last?.search.query ?? "",
    latest() {
      if (isCurrent) return found;
      return search.terms.length === 0 ? NOTHING_FOUND : index.find(query);
    },
  };
}

function gatherSlice(index: FindIndex): boolean {
  const until = performance.now() + SLICE_MS;
  return index.gather(() => performance.now() < until);
}

/** In what is left between frames, so that none is held up; in slices where the browser does not say. */
function whenIdle(work: (mayGoOn: () => boolean) => void): () => void {
  if (typeof requestIdleCallback === "undefined") {
    const timer = setTimeout(() => {
      const until = performance.now() + SLICE_MS;
      work(() => performance.now() < until);
    });
    return () => clearTimeout(timer);
  }
  const idle = requestIdleCallback((deadline) => work(() => deadline.timeRemaining() > MARGIN_MS));
  return () => cancelIdleCallback(idle);
}
