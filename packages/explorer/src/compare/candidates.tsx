// Traces to set beside this one: the newest whose root does the same. Which one is chosen stands in the address.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { TraceSearch } from "../addresses.ts";
import { fetchTraces } from "../api/client.ts";
import { asFailure } from "../api/failure.ts";
import { traceDurationLabel } from "../trace/clock.ts";
import { searchOfLikes } from "../trace/likes.ts";
import type { Span } from "../trace/model.ts";
import { shownName } from "../trace/span-name.ts";
import { formatClock, formatDay, formatFull } from "../trace/wall-time.ts";

const OFFERED = 20;

export function Candidates({ root }: { readonly root: Span }) {
  const search = searchOfLikes(root);
  const { data, error } = useQuery({
    queryKey: ["candidates", search, root.traceId],
    // One more than are offered: this trace may be among them.
    queryFn: ({ signal }) => fetchTraces({ limit: OFFERED + 1, search }, signal),
  });
  const rows = data?.filter(({ traceId }) => traceId !== root.traceId).slice(0, OFFERED);
  if (rows === undefined || rows.length === 0) {
    return (
      <p role="status" className="px-6 pb-6 text-sm text-kumo-subtle">
        {error !== null
          ? asFailure(error).message
          : rows === undefined
            ? "Looking for traces like this one …"
            : "No other trace like this one is stored."}
      </p>
    );
  }
  return (
    <ul aria-label="Traces like this one" className="figures border-t border-kumo-hairline text-sm">
      {rows.map((row) => (
        <li key={row.traceId}>
          <Link
            from="/traces/$traceId"
            to="."
            search={(before: TraceSearch) => ({ ...before, with: row.traceId })}
            className="flex max-w-3xl items-baseline gap-4 px-3 py-1.5 hover:bg-(--row-hover) sm:px-6"
          >
            <span title={formatFull(row.startUnixNano)} className="shrink-0 text-xs text-kumo-subtle">
              {formatDay(row.startUnixNano, new Date())} {formatClock(row.startUnixNano)}
            </span>
            <span title={row.name} className="min-w-0 truncate text-kumo-link">
              {shownName(row.name)}
            </span>
            {row.errors > 0 && (
              <span className="shrink-0 text-xs text-kumo-danger">
                {row.errors.toLocaleString("en-US")} {row.errors === 1 ? "error" : "errors"}
              </span>
            )}
            <span className="ml-auto shrink-0">{traceDurationLabel(row.startUnixNano, row.duration)}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
