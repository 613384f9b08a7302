// Keeps what changes with every turn of the wheel and every key (zoom, find, what is folded) in the address as well. It
// follows once the reader rests: browsers take some hundred changes of an address a minute.
import { getRouteApi } from "@tanstack/react-router";
import { useEffect, useEffectEvent, useRef } from "react";
import type { TraceSearch } from "../addresses.ts";

const route = getRouteApi("/traces/$traceId");
const REST_MS = 250;

/** What the address says when the waterfall opens. */
export const useAddress = (): TraceSearch => route.useSearch();

/**
 * @param text what there is to keep; undefined where there is nothing to say
 * @param take is given what comes by the address from elsewhere, such as a search that the span panel asks for
 */
export function useInAddress(
  name: "range" | "find" | "fold",
  text: string | undefined,
  take: (text: string | undefined) => void,
): void {
  const inAddress = route.useSearch()[name];
  const navigate = route.useNavigate();
  /** What the address is known to say, then what it has been told to say and does not yet. */
  const told = useRef([inAddress]);
  const takeUp = useEffectEvent(take);
  useEffect(() => {
    const place = told.current.indexOf(inAddress);
    told.current = place < 0 ? [inAddress] : told.current.slice(place);
    if (place < 0) takeUp(inAddress);
  }, [inAddress]);
  useEffect(() => {
    if (text === told.current.at(-1)) return;
    const timer = setTimeout(() => {
      told.current.push(text);
      void navigate({
        search: (before) => ({ ...before, [name]: text }),
        replace: true,
        resetScroll: false,
      });
    }, REST_MS);
    return () => clearTimeout(timer);
  }, [name, text, navigate]);
}
