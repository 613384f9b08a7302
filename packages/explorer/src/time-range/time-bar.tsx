// Which time a page is about: chosen by name, by dragging over the histogram, or by moving on. Stands in the address.
import { Button } from "@cloudflare/kumo/components/button";
import { Select } from "@cloudflare/kumo/components/select";
import { CaretLeftIcon } from "@phosphor-icons/react/CaretLeft";
import { CaretRightIcon } from "@phosphor-icons/react/CaretRight";
import { type ReactNode, useState } from "react";
import type { TimeSearch } from "../addresses.ts";
import { unixNanos } from "../trace/time.ts";
import { formatClock, formatDay } from "../trace/wall-time.ts";
import { Histogram } from "./histogram.tsx";
import { LASTS, type Period, periodOf, searchOf, shifted } from "./period.ts";
import { TimeAxis } from "./time-axis.tsx";
import type { Series } from "./use-series.ts";

const ANY = "any";
const CHOSEN = "chosen";
const SHIFT = 0.5;

interface TimeBarProps {
  readonly search: TimeSearch;
  readonly set: (search: TimeSearch) => void;
  readonly series: Series | undefined;
  /** What the histogram counts: "traces", "logs". */
  readonly unit: string;
  /** What the page shows where the address says nothing: any time, or one of `LASTS`. */
  readonly unset?: string;
  /** What stands below the histogram, over the same time; on narrow screens once it is asked for. */
  readonly children?: ReactNode;
  /** What `children` show: "Durations". */
  readonly below?: string;
}

export function TimeBar({ search, set, series, unit, unset = ANY, children, below }: TimeBarProps) {
  const [isOpen, setIsOpen] = useState(false);
  const period = periodOf(search, Date.now());
  const isChosen = period !== undefined && search.last === undefined;
  const choose = (next: Period): void => set(searchOf(next));
  const items = {
    ...(unset === ANY && { [ANY]: "Any time" }),
    ...Object.fromEntries([...LASTS].map(([last, { name }]) => [last, name])),
    ...(isChosen && { [CHOSEN]: textOf(period) }),
  };
  return (
    <div className="flex shrink-0 flex-wrap items-start gap-2 border-b border-kumo-line bg-kumo-base px-3 py-1.5 sm:px-4">
      <Select
        size="sm"
        aria-label="Time"
        className={isChosen ? "w-60" : "w-40"}
        items={items}
        value={isChosen ? CHOSEN : period === undefined ? unset : (search.last ?? unset)}
        onValueChange={(value) => {
          if (value === CHOSEN || value === null) return;
          set({ last: value === ANY || value === unset ? undefined : value, from: undefined, to: undefined });
        }}
      />
      {series !== undefined && (
        <span className="flex">
          <Button
            variant="ghost"
            size="sm"
            shape="square"
            aria-label="Earlier"
            title="Earlier"
            icon={<CaretLeftIcon size={14} />}
            onClick={() => choose(shifted(series.period, -SHIFT))}
          />
          <Button
            variant="ghost"
            size="sm"
            shape="square"
            aria-label="Later"
            title="Later"
            icon={<CaretRightIcon size={14} />}
            onClick={() => choose(shifted(series.period, SHIFT))}
          />
        </span>
      )}
      {below !== undefined && (
        <button
          type="button"
          aria-expanded={isOpen}
          onClick={() => setIsOpen(!isOpen)}
          className="ml-auto h-6.5 cursor-pointer rounded-md border border-kumo-line px-2 text-xs hover:bg-kumo-tint aria-expanded:border-kumo-brand aria-expanded:bg-kumo-tint md:hidden"
        >
          {below}
        </button>
      )}
      <div className="grid min-w-40 flex-1 max-md:basis-full">
        <Histogram series={series} unit={unit} choose={choose} />
        {children !== undefined && <div className={isOpen ? "" : "max-md:hidden"}>{children}</div>}
        {series !== undefined && <TimeAxis period={series.period} />}
      </div>
    </div>
  );
}

function textOf({ fromMs, toMs }: Period): string {
  const [from, to] = [fromMs, toMs].map((ms) => unixNanos(BigInt(ms) * 1_000_000n)) as [
    ReturnType<typeof unixNanos>,
    ReturnType<typeof unixNanos>,
  ];
  const day = formatDay(from, new Date());
  return `${day} ${formatClock(from).slice(0, 8)} – ${formatClock(to).slice(0, 8)}`.trim();
}
