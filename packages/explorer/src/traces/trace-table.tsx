// The rows of the list, of which only those in sight exist in the page.
import { Button } from "@cloudflare/kumo/components/button";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useMemo, useRef } from "react";
import type { TraceRow } from "../api/decode-summary.ts";
import { useRowKeys } from "./row-keys.ts";
import type { Sort } from "./sort.ts";
import { TraceListRow } from "./trace-list-row.tsx";

const OVERSCAN = 8;
/** More traces are asked for when fewer rows than this are left below. */
const AHEAD = 20;

interface TraceTableProps {
  /** Height of a row. The virtualizer keeps the first it is given: give another `key` with another height. */
  readonly rowPx: number;
  readonly rows: readonly TraceRow[];
  readonly arrivals: ReadonlyMap<string, number>;
  /** The rows are still those of another search. */
  readonly isOutdated: boolean;
  readonly isComplete: boolean;
  /** The first answer is on its way: that there are no rows says nothing. */
  readonly isLoading: boolean;
  /** Takes all conditions away; undefined where there are none. */
  readonly showAll: (() => void) | undefined;
  readonly isLoadingMore: boolean;
  readonly loadMore: () => void;
  readonly sort: Sort | undefined;
  readonly setSort: (sort: Sort | undefined) => void;
}

export function TraceTable({
  rowPx,
  rows,
  arrivals,
  isOutdated,
  isComplete,
  isLoading,
  showAll,
  isLoadingMore,
  loadMore,
  sort,
  setSort,
}: TraceTableProps) {
  const scroller = useRef<HTMLDivElement>(null);
  useRowKeys(scroller, ".cell-name a");
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    getItemKey: (index) => rows[index]?.traceId ?? index,
    overscan: OVERSCAN,
  });
  // Bars grow with the square root: one slow trace must not flatten all others to nothing.
  const longest = useMemo(() => rows.reduce((most, row) => Math.max(most, row.duration), 1), [rows]);
  const items = virtualizer.getVirtualItems();
  const lastShown = items.at(-1)?.index ?? 0;
  const isNearEnd = rows.length > 0 && lastShown >= rows.length - AHEAD;
  const hasScrolled = (virtualizer.scrollOffset ?? 0) > 0;
  useEffect(() => {
    if (isNearEnd && hasScrolled) loadMore();
  }, [isNearEnd, hasScrolled, loadMore]);

  return (
    <div ref={scroller} className={`min-h-0 flex-1 overflow-auto ${isOutdated ? "opacity-60" : ""}`}>
      <div role="table" aria-label="Traces" aria-rowcount={rows.length + 1}>
        <Header sort={sort} setSort={setSort} />
        <div role="rowgroup" className="relative" style={{ height: virtualizer.getTotalSize() }}>
          {items.map((item) => {
            const row = rows[item.index];
            return (
              row !== undefined && (
                <TraceListRow
                  key={row.traceId}
                  row={row}
                  rowIndex={item.index + 2}
                  top={item.start}
                  height={rowPx}
                  share={Math.sqrt(Math.max(row.duration, 0) / longest)}
                  hasArrived={arrivals.has(row.traceId)}
                />
              )
            );
          })}
        </div>
      </div>
      <div className="flex items-center justify-center gap-3 px-4 py-3 text-xs text-kumo-subtle">
        {isLoading && <span role="status">Loading traces …</span>}
        {rows.length === 0 && !isLoading && (
          <>
            <span>No trace matches.</span>
            {showAll !== undefined && (
              <Button size="sm" onClick={showAll}>
                Show all traces
              </Button>
            )}
          </>
        )}
        {!isComplete && (
          <Button size="sm" loading={isLoadingMore} onClick={loadMore}>
            {sort === undefined ? "Load older traces" : "Load more traces"}
          </Button>
        )}
      </div>
    </div>
  );
}

const COLUMNS: readonly (readonly [name: string, sort?: Sort | "time"])[] = [
  ["Time", "time"],
  ["Operation"],
  ["Service"],
  ["Status"],
  ["Duration", "duration"],
  ["Spans", "spans"],
  ["Errors", "errors"],
  ["Logs", "logs"],
];

function Header({ sort, setSort }: Pick<TraceTableProps, "sort" | "setSort">) {
  return (
    <div role="rowgroup" className="sticky top-0 z-10 max-md:sr-only">
      <div
        role="row"
        className="trace-columns h-8 border-b border-kumo-line bg-kumo-elevated text-xs font-medium text-kumo-subtle"
      >
        {COLUMNS.map(([name, by], index) => {
          const isSorted = by !== undefined && by === (sort ?? "time");
          return (
            <span
              key={name}
              role="columnheader"
              aria-sort={isSorted ? "descending" : undefined}
              className={index > 4 ? "text-right" : ""}
            >
              {by === undefined ? (
                name
              ) : (
                <button
                  type="button"
                  title={by === "time" ? "Newest first" : `Most ${by} first, of all traces that match`}
                  className={`cursor-pointer rounded hover:text-kumo-default ${isSorted ? "text-kumo-default" : ""}`}
                  onClick={() => setSort(by === "time" ? undefined : by)}
                >
                  {name}
                  {isSorted && <span aria-hidden> ↓</span>}
                </button>
              )}
            </span>
          );
        })}
      </div>
    </div>
  );
}
