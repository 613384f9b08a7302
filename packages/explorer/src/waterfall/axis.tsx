// The head of the waterfall: what the columns are, the ticks, and the divider between the two.
import { memo } from "react";
import { fractionAt } from "../trace/geometry.ts";
import type { Tick } from "../trace/ticks.ts";
import type { Pixels, TimeRange } from "../trace/time.ts";
import { Divider } from "./divider.tsx";
import type { Split } from "./split.ts";

export const AXIS_PX = 28;
/** Room right of the axis' end, so that the last bar's end is seen to be one. */
export const AXIS_END_PX = 12;
const CHARACTER_PX = 7;
const LABEL_GAP_PX = 12;

interface AxisProps {
  readonly ticks: readonly Tick[];
  readonly range: TimeRange;
  readonly axisPx: Pixels;
  readonly split: Split;
}

export const Axis = memo(function Axis({ ticks, range, axisPx, split }: AxisProps) {
  const { every, canTurn } = labelRoom(ticks, range, axisPx);
  return (
    <div
      role="row"
      aria-rowindex={1}
      className="sticky top-0 z-20 flex border-b border-kumo-line bg-kumo-elevated text-xs text-kumo-subtle"
      style={{ height: AXIS_PX, lineHeight: `${AXIS_PX - 1}px` }}
    >
      <div
        role="columnheader"
        aria-label="Span"
        className="shrink-0 px-3 font-medium"
        style={{ width: split.treePx }}
      >
        Span
        <Divider split={split} />
      </div>
      <span
        role="columnheader"
        aria-label="Timeline"
        className="figures relative min-w-0 flex-1 overflow-hidden"
      >
        {ticks.length === 0 && <span className="sr-only">Timeline</span>}
        {ticks.map(({ at, label }, index) => {
          const left = fractionAt(at, range) * axisPx;
          // The last label would be cut by the edge: it stands left of its line.
          const isAtEdge = index > 0 && axisPx - left < label.length * CHARACTER_PX;
          return (
            <span
              // Labels are changed while zooming, not made anew.
              key={index}
              className={`absolute inset-y-0 border-kumo-line whitespace-nowrap ${isAtEdge ? "-translate-x-full border-r pr-1" : "border-l pl-1"}`}
              style={{ left: isAtEdge ? left + 1 : left }}
            >
              {index % every === 0 && (!isAtEdge || canTurn) && label}
            </span>
          );
        })}
      </span>
    </div>
  );
});

interface LabelRoom {
  /** 1 where every tick has room for its label, 2 where every other has, and so on. */
  readonly every: number;
  /** Whether the last label can stand left of its line, where the one before stands right of its own. */
  readonly canTurn: boolean;
}

function labelRoom(ticks: readonly Tick[], range: TimeRange, axisPx: Pixels): LabelRoom {
  const [first, second] = ticks;
  if (first === undefined || second === undefined) return { every: 1, canTurn: true };
  const step = (fractionAt(second.at, range) - fractionAt(first.at, range)) * axisPx;
  const longest = Math.max(...ticks.map(({ label }) => label.length)) * CHARACTER_PX + LABEL_GAP_PX;
  const every = Math.max(1, Math.ceil(longest / Math.max(step, 1)));
  return { every, canTurn: every * step >= 2 * longest };
}
