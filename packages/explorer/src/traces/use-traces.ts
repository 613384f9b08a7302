// The list of traces: which page to ask for, and how rows are ordered.
import type { TimeSearch } from "../addresses.ts";
import { fetchTraces, type TraceSelection } from "../api/client.ts";
import type { TraceRow } from "../api/decode-summary.ts";
import type { Order } from "../live-list/merge.ts";
import { type Listing, PAGE, useLiveList } from "../live-list/use-live-list.ts";
import { periodOf } from "../time-range/period.ts";
import { unixNanos } from "../trace/time.ts";

/** As the server has it. */
export const newestFirst: Order<TraceRow> = {
  idOf: ({ traceId }) => traceId,
  compare(a, b) {
    if (a.startUnixNano !== b.startUnixNano) return a.startUnixNano < b.startUnixNano ? 1 : -1;
    return a.traceId < b.traceId ? -1 : 1;
  },
};

/** Those that began in the period the address names, by time. */
export function useTraces(selection: TraceSelection, { last, from, to }: TimeSearch): Listing<TraceRow> {
  return useLiveList({
    key: ["traces", JSON.stringify(selection), last ?? "", from ?? "", to ?? ""],
    order: newestFirst,
    fetchPage: async (before, signal) => {
      const period = periodOf({ last, from, to }, Date.now());
      const end = last === undefined && period !== undefined ? startingBefore(period.toMs) : undefined;
      const rows = await fetchTraces({ limit: PAGE, ...selection, before: before ?? end }, signal);
      const fromNano = BigInt(Math.floor(period?.fromMs ?? 0)) * 1_000_000n;
      // A page cut short is the last: what is older lies before the period.
      return rows.filter(({ startUnixNano }) => startUnixNano >= fromNano);
    },
  });
}

/** Stands before all traces that began earlier, in the order of the list. */
const startingBefore = (ms: number): Pick<TraceRow, "startUnixNano" | "traceId"> => ({
  startUnixNano: unixNanos(BigInt(Math.floor(ms)) * 1_000_000n),
  traceId: "f".repeat(32),
});
