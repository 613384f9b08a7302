// The whole trace in miniature, and on it what the axis shows: drag over it to zoom, drag the shown part to pan, drag
// its edges, double-click for the whole.
import { memo, type PointerEvent, useEffect, useMemo, useRef } from "react";
import { useTheme } from "../theme/mode.ts";
import { fractionAt } from "../trace/geometry.ts";
import { minimapOf } from "../trace/minimap.ts";
import { nanos, type Pixels } from "../trace/time.ts";
import type { Tree } from "../trace/tree.ts";
import { rangeBetween } from "../trace/view-range.ts";
import type { ShownRange } from "./use-range.ts";

const HEIGHT_PX = 40;
/** A bar is no higher than this where there are few. */
const MAX_BAR_PX = 5;
/** How near the pointer must be to an edge to take hold of it, and how far it must go to draw a new range. */
const EDGE_PX = 5;
const DRAG_PX = 3;

interface MinimapProps {
  readonly tree: Tree;
  readonly shown: ShownRange;
  readonly treePx: Pixels;
  readonly axisPx: Pixels;
}

export const Minimap = memo(function Minimap({ tree, shown, treePx, axisPx }: MinimapProps) {
  const { whole, range, isZoomed, show, showWhole } = shown;
  const brush = useBrush(shown, axisPx);
  const left = fractionAt(range.start, whole) * axisPx;
  const right = fractionAt(range.end, whole) * axisPx;
  return (
    // Everything here can be done by keys: + − a d 0.
    <div aria-hidden className="flex shrink-0 border-b border-kumo-line bg-kumo-base">
      <div
        className="flex shrink-0 items-center justify-end px-3 text-xs text-kumo-subtle"
        style={{ width: treePx }}
      >
        {isZoomed && (
          <button
            type="button"
            tabIndex={-1}
            className="cursor-pointer truncate rounded text-kumo-link underline"
            onClick={showWhole}
          >
            Show all
          </button>
        )}
      </div>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: for the pointer alone, see above. */}
      <div
        data-minimap
        className="relative shrink-0 cursor-crosshair touch-none border-l border-kumo-line"
        style={{ width: axisPx + 1, height: HEIGHT_PX }}
        onPointerDown={brush.down}
        onPointerMove={brush.move}
        onPointerUp={brush.up}
        onDoubleClick={() => show(whole)}
      >
        <Picture tree={tree} shown={shown} axisPx={axisPx} />
        {isZoomed && (
          <>
            <span className="absolute inset-y-0 left-0 bg-kumo-canvas/75" style={{ width: left }} />
            <span className="absolute inset-y-0 right-0 bg-kumo-canvas/75" style={{ left: right }} />
            <span
              className="absolute inset-y-0 cursor-grab border-x-2 border-kumo-brand"
              style={{ left, width: Math.max(3, right - left) }}
            />
          </>
        )}
      </div>
    </div>
  );
});

type Hold =
  | { readonly part: "new" | "start" | "end"; readonly anchor: number }
  | { readonly part: "middle"; readonly offset: number };

function useBrush({ whole, range, isZoomed, show }: ShownRange, axisPx: Pixels) {
  const hold = useRef<Hold | undefined>(undefined);
  const xOf = (event: PointerEvent<HTMLElement>): number =>
    event.clientX - event.currentTarget.getBoundingClientRect().left;
  const start = fractionAt(range.start, whole) * axisPx;
  const end = fractionAt(range.end, whole) * axisPx;
  return {
    down(event: PointerEvent<HTMLElement>): void {
      if (event.button !== 0) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      const x = xOf(event);
      if (isZoomed && Math.abs(x - start) <= EDGE_PX) hold.current = { part: "start", anchor: end };
      else if (isZoomed && Math.abs(x - end) <= EDGE_PX) hold.current = { part: "end", anchor: start };
      else if (isZoomed && x > start && x < end) hold.current = { part: "middle", offset: x - start };
      else hold.current = { part: "new", anchor: x };
    },
    move(event: PointerEvent<HTMLElement>): void {
      const held = hold.current;
      if (held === undefined) return;
      const x = xOf(event);
      if (held.part === "middle") {
        const from = ((x - held.offset) / axisPx) * (whole.end - whole.start);
        show({ start: nanos(from), end: nanos(from + range.end - range.start) });
      } else if (held.part !== "new" || Math.abs(x - held.anchor) > DRAG_PX) {
        show(rangeBetween(held.anchor / axisPx, x / axisPx, whole));
      }
    },
    up(): void {
      hold.current = undefined;
    },
  };
}

/** Drawn when the trace, the size or the theme changes, not when the range does. */
function Picture({ tree, shown: { whole }, axisPx }: Pick<MinimapProps, "tree" | "shown" | "axisPx">) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [theme] = useTheme();
  const columns = Math.max(1, Math.floor(axisPx));
  const map = useMemo(() => minimapOf(tree, whole, columns, HEIGHT_PX - 4), [tree, whole, columns]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours are the theme's, read from the page.
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (canvas.current === null || context === null || context === undefined) return;
    const scale = window.devicePixelRatio;
    canvas.current.width = columns * scale;
    canvas.current.height = HEIGHT_PX * scale;
    context.scale(scale, scale);
    const style = getComputedStyle(canvas.current);
    const line = Math.min(MAX_BAR_PX, (HEIGHT_PX - 4) / map.lines);
    for (const { line: at, from, to, isError } of map.runs) {
      context.fillStyle = style.getPropertyValue(isError ? "--error-edge" : "--minimap-bar");
      context.fillRect(from, 2 + at * line, to - from, Math.max(1, line - (line > 2 ? 1 : 0)));
    }
  }, [map, columns, theme]);
  return <canvas ref={canvas} className="absolute inset-0" style={{ width: columns, height: HEIGHT_PX }} />;
}
