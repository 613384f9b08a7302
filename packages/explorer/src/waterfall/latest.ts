// A function that stays the same, so that what it is given to is not rendered again, and does what the last render says.
import { useCallback, useLayoutEffect, useRef } from "react";

/** For what is called later, by events; not while rendering. */
export function useLatest<Given extends unknown[]>(
  act: (...given: Given) => void,
): (...given: Given) => void {
  const latest = useRef(act);
  useLayoutEffect(() => {
    latest.current = act;
  });
  return useCallback((...given) => latest.current(...given), []);
}
