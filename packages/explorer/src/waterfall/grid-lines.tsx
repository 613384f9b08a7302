// The vertical lines below the ticks, each one element for all rows. One background that repeats would be fewer, but a
// browser without a graphics card takes longer to raster it than all else that zooming changes. Stuck to the window they
// are a layer of their own: the rows above them are not rastered anew where a line moves.
import { memo } from "react";
import { fractionAt } from "../trace/geometry.ts";
import type { Tick } from "../trace/ticks.ts";
import type { Pixels, TimeRange } from "../trace/time.ts";
import { AXIS_PX } from "./axis.tsx";

interface GridLinesProps {
  readonly ticks: readonly Tick[];
  readonly range: TimeRange;
  readonly treePx: Pixels;
  readonly axisPx: Pixels;
  /** Of the window, not of the rows: no browser paints millions of pixels. */
  readonly heightPx: number;
}

export const GridLines = memo(function GridLines({ ticks, range, treePx, axisPx, heightPx }: GridLinesProps) {
  return (
    <div aria-hidden className="pointer-events-none sticky h-0" style={{ top: AXIS_PX }}>
      {ticks.map(({ at }, index) => (
        <span
          // Lines are moved while zooming, not made anew.
          key={index}
          className="absolute w-px bg-kumo-hairline"
          style={{ left: treePx + fractionAt(at, range) * axisPx, height: heightPx }}
        />
      ))}
    </div>
  );
});
