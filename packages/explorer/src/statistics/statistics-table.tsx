// The operations of a trace with their figures, sorted by the column that is pressed.
import { type ReactNode, useMemo, useState } from "react";
import { productHue } from "../theme/palette.ts";
import { durationLabel } from "../trace/clock.ts";
import type { Trace } from "../trace/model.ts";
import { type OperationStatistics, operationStatistics } from "../trace/statistics.ts";
import type { Tree } from "../trace/tree.ts";

type Column = "name" | "count" | "errors" | "total" | "self" | "average" | "p95" | "longest";

const COLUMNS: readonly { readonly column: Column; readonly label: string; readonly title: string }[] = [
  { column: "name", label: "Operation", title: "Name of the spans" },
  { column: "count", label: "Count", title: "How many spans" },
  { column: "errors", label: "Errors", title: "How many of them failed" },
  { column: "total", label: "Total", title: "All durations added up" },
  { column: "self", label: "Self", title: "Time in which nothing below them ran, added up" },
  { column: "average", label: "Average", title: "Total divided by count" },
  { column: "p95", label: "p95", title: "95 % of the spans took no longer" },
  {
    column: "longest",
    label: "Longest",
    title: "The longest span: press a figure to see it in the waterfall",
  },
];

/** More rows than this are cut: names with ids in them make an operation of each span. */
const MAX_ROWS = 1_000;

interface StatisticsTableProps {
  readonly tree: Tree;
  /** Self times by position. */
  readonly self: Float64Array;
  readonly clock: Trace["clock"];
  readonly showSpan: (key: string) => void;
}

export default function StatisticsTable({ tree, self, clock, showSpan }: StatisticsTableProps) {
  const all = useMemo(() => operationStatistics(tree, self), [tree, self]);
  const [sort, setSort] = useState<{ readonly column: Column; readonly isDown: boolean }>({
    column: "self",
    isDown: true,
  });
  const rows = useMemo(() => sorted(all, sort.column, sort.isDown), [all, sort]);
  const most = all.reduce((largest, row) => Math.max(largest, row.self), 1);
  return (
    <section
      aria-label="Statistics"
      data-scrolls
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys.
      tabIndex={0}
      className="min-h-0 min-w-0 flex-1 overflow-auto bg-kumo-base"
    >
      <table className="figures w-full max-w-480 min-w-180 border-collapse text-sm">
        <thead className="sticky top-0 z-10 bg-kumo-elevated text-xs text-kumo-subtle">
          <tr>
            {COLUMNS.map(({ column, label, title }) => (
              <th
                key={column}
                aria-sort={sort.column === column ? (sort.isDown ? "descending" : "ascending") : "none"}
                className={`border-b border-kumo-line p-0 font-medium ${column === "name" ? "text-left" : "text-right"}`}
              >
                <button
                  type="button"
                  title={title}
                  className="w-full cursor-pointer px-3 py-1.5 text-inherit hover:bg-kumo-tint sm:px-4"
                  style={{ textAlign: "inherit" }}
                  onClick={() =>
                    setSort({ column, isDown: sort.column === column ? !sort.isDown : column !== "name" })
                  }
                >
                  {label}
                  <span aria-hidden>{sort.column !== column ? "" : sort.isDown ? " ↓" : " ↑"}</span>
                </button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, MAX_ROWS).map((row) => (
            <tr
              key={`${row.service}\n${row.name}`}
              className="border-b border-kumo-hairline hover:bg-(--row-hover)"
            >
              <th scope="row" className="max-w-80 px-3 py-1 text-left font-normal max-sm:max-w-36 sm:px-4">
                <span className="flex items-baseline gap-2">
                  <span
                    className="swatch size-2 shrink-0 rounded-xs"
                    style={{ "--hue": productHue(row.product) }}
                  />
                  <span title={row.name} className="min-w-0 truncate">
                    {row.name}
                  </span>
                  <span
                    title={row.service}
                    className="min-w-0 shrink-1000 truncate text-xs text-kumo-subtle max-sm:hidden"
                  >
                    {row.service}
                  </span>
                </span>
              </th>
              <Figure>{row.count.toLocaleString("en-US")}</Figure>
              <Figure tone={row.errors > 0 ? "text-kumo-danger" : "text-kumo-subtle"}>
                {row.errors.toLocaleString("en-US")}
              </Figure>
              <Figure>{durationLabel(row.total, clock)}</Figure>
              <Figure>
                <span className="flex items-center justify-end gap-2">
                  <span
                    aria-hidden
                    className="h-1.5 w-16 overflow-hidden rounded-full bg-kumo-tint max-md:hidden"
                  >
                    <span
                      className="swatch block h-full"
                      style={{ width: `${(100 * row.self) / most}%`, "--hue": productHue(row.product) }}
                    />
                  </span>
                  <span className="min-w-14">{durationLabel(row.self, clock)}</span>
                </span>
              </Figure>
              <Figure>{durationLabel(row.average, clock)}</Figure>
              <Figure>{durationLabel(row.p95, clock)}</Figure>
              <Figure>
                <button
                  type="button"
                  aria-label={`Show the longest ${row.name}, ${durationLabel(row.longest, clock)}, in the waterfall`}
                  className="cursor-pointer rounded text-kumo-link underline decoration-kumo-line"
                  onClick={() => showSpan(row.longestKey)}
                >
                  {durationLabel(row.longest, clock)}
                </button>
              </Figure>
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > MAX_ROWS && (
        <p className="p-3 text-xs text-kumo-subtle sm:px-4">
          and {(rows.length - MAX_ROWS).toLocaleString("en-US")} more operations; sort by another column to
          see what it has most of
        </p>
      )}
    </section>
  );
}

function Figure({ tone = "", children }: { readonly tone?: string; readonly children: ReactNode }) {
  return <td className={`px-3 py-1 text-right whitespace-nowrap sm:px-4 ${tone}`}>{children}</td>;
}

function sorted(
  rows: readonly OperationStatistics[],
  column: Column,
  isDown: boolean,
): OperationStatistics[] {
  const up = (a: OperationStatistics, b: OperationStatistics): number =>
    column === "name" ? (a.name < b.name ? -1 : a.name > b.name ? 1 : 0) : a[column] - b[column];
  return rows.toSorted((a, b) => (isDown ? up(b, a) : up(a, b)));
}
