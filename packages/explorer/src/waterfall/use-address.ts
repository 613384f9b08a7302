// What of the waterfall is in the address: how far it is zoomed, what is sought, what is folded.
import { getRouteApi } from "@tanstack/react-router";
import type { TraceSearch } from "../addresses.ts";
import { useKeptInAddress } from "../shell/kept-in-address.ts";

const route = getRouteApi("/traces/$traceId");

/** What the address says when the waterfall opens. */
export const useAddress = (): TraceSearch => route.useSearch();

/** See kept-in-address.ts. */
export function useInAddress(
  name: "range" | "find" | "fold",
  text: string | undefined,
  take: (text: string | undefined) => void,
): void {
  const navigate = route.useNavigate();
  const write = (next: string | undefined): void =>
    void navigate({ search: (before) => ({ ...before, [name]: next }), replace: true, resetScroll: false });
  useKeptInAddress(route.useSearch()[name], text, write, take);
}
