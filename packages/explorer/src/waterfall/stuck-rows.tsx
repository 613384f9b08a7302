// The ancestors of the topmost row that is in sight, stuck below the head of the columns: where in the tree one is. A
// repetition of rows for the eye; who listens hears each row's level.
import { type ColourBy, hueOf } from "../theme/palette.ts";
import { indentLevels, indentOf } from "../trace/geometry.ts";
import type { Span } from "../trace/model.ts";
import type { Pixels } from "../trace/time.ts";
import type { Tree } from "../trace/tree.ts";

/** More would hide too many rows. */
export const MAX_STUCK = 4;
const STUCK_PX = 22;

/** Height of what is stuck above a row of this depth, once its ancestors have been scrolled away. */
export const stuckPx = (depth: number): number => Math.min(depth, MAX_STUCK) * STUCK_PX;

interface StuckRowsProps {
  readonly tree: Tree;
  readonly positions: readonly number[];
  readonly top: number;
  readonly treePx: Pixels;
  readonly colourBy: ColourBy;
  readonly goTo: (position: number) => void;
}

export function StuckRows({ tree, positions, top, treePx, colourBy, goTo }: StuckRowsProps) {
  if (positions.length === 0) return null;
  const levels = indentLevels(treePx);
  return (
    <div aria-hidden className="sticky z-10 h-0" style={{ top }}>
      <div
        className="absolute left-0 border-b border-kumo-line bg-kumo-elevated shadow-sm"
        style={{ width: treePx }}
      >
        {positions.map((position) => {
          const span = tree.spans[position] as Span;
          return (
            // biome-ignore lint/a11y/noStaticElementInteractions: a repetition; the row itself is reached by keys.
            // biome-ignore lint/a11y/useKeyWithClickEvents: see above.
            <div
              key={position}
              title={`Go to ${span.title}`}
              className="flex cursor-pointer items-center gap-1.5 overflow-hidden pr-2 text-xs hover:bg-kumo-tint"
              style={{
                height: STUCK_PX,
                paddingLeft: 28 + indentOf(tree.depth[position] as number, levels),
                "--hue": hueOf(span, colourBy),
              }}
              onClick={() => goTo(position)}
            >
              <span className="swatch size-1.5 shrink-0 rounded-xs" />
              <span className="truncate text-kumo-subtle">{span.title}</span>
            </div>
          );
        })}
      </div>
    </div>
  );
}
