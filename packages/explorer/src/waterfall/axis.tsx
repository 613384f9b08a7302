// The head of the waterfall: what the columns are, the ticks, and the divider between the two.
import { fractionAt } from "../trace/geometry.ts";
import type { Tick } from "../trace/ticks.ts";
import type { TimeRange } from "../trace/time.ts";
import { Divider } from "./divider.tsx";
import type { Split } from "./split.ts";

export const AXIS_PX = 28;

interface AxisProps {
  readonly ticks: readonly Tick[];
  readonly range: TimeRange;
  readonly split: Split;
}

export function Axis({ ticks, range, split }: AxisProps) {
  return (
    <div
      role="row"
      className="sticky top-0 z-20 flex border-b border-kumo-line bg-kumo-elevated text-xs text-kumo-subtle"
      style={{ height: AXIS_PX }}
    >
      <span
        role="columnheader"
        className="shrink-0 truncate px-3 font-medium"
        style={{ width: split.treePx, lineHeight: `${AXIS_PX - 1}px` }}
      >
        Span
      </span>
      <span
        role="columnheader"
        aria-label="Timeline"
        className="figures relative min-w-0 flex-1 overflow-hidden"
      >
        {ticks.map(({ at, label }, index) => {
          const left = fractionAt(at, range);
          // The last label would be cut by the edge: it stands left of its line.
          const isAtEdge = left > 0.93 && index > 0;
          return (
            <span
              key={at}
              className={`absolute inset-y-0 border-kumo-line whitespace-nowrap ${isAtEdge ? "-translate-x-full border-r pr-1" : "border-l pl-1"}`}
              style={{ left: `${left * 100}%`, lineHeight: `${AXIS_PX - 1}px` }}
            >
              {label}
            </span>
          );
        })}
      </span>
      <Divider split={split} />
    </div>
  );
}
