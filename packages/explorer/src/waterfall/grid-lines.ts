// The vertical lines below the ticks, drawn once for all rows: ticks are evenly spaced, so one repeated background
// does for any number of them and of rows.
import { fractionAt } from "../trace/geometry.ts";
import type { Tick } from "../trace/ticks.ts";
import type { Pixels, TimeRange } from "../trace/time.ts";

export interface GridLines {
  readonly backgroundSize: string;
  readonly backgroundPositionX: string;
}

export function gridLines(ticks: readonly Tick[], range: TimeRange, axis: Pixels): GridLines {
  const [first, second] = ticks;
  const offset = first === undefined ? 0 : fractionAt(first.at, range) * axis;
  const step =
    first === undefined || second === undefined ? axis : fractionAt(second.at, range) * axis - offset;
  return { backgroundSize: `${step}px 100%`, backgroundPositionX: `${offset}px` };
}
