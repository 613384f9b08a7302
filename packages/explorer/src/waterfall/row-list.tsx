// The rows in sight, in place of as many as the trace has. What follows the scroller is here alone, so that scrolling
// renders nothing else of the page.
import type { RefObject } from "react";
import { useRested } from "../shell/rested.ts";
import type { ColourBy } from "../theme/palette.ts";
import type { CriticalPath } from "../trace/critical-path.ts";
import type { Trace } from "../trace/model.ts";
import { rowOf } from "../trace/rows.ts";
import { type SubtreeFacts, stuckAncestors } from "../trace/subtree-facts.ts";
import type { Pixels, TimeRange } from "../trace/time.ts";
import type { Tree } from "../trace/tree.ts";
import { usePainted } from "./after-paint.ts";
import { AXIS_PX } from "./axis.tsx";
import { WaterfallRow } from "./row.tsx";
import { OVERSCAN, ROW_PX, slotsOf, useTopmostRow, windowAt } from "./row-window.ts";
import { MAX_STUCK, StuckRows } from "./stuck-rows.tsx";
import type { WaterfallRows } from "./use-rows.ts";

interface RowListProps {
  readonly trace: Trace;
  readonly tree: Tree;
  readonly state: WaterfallRows;
  readonly below: SubtreeFacts;
  readonly path: CriticalPath;
  readonly isMatch: (position: number) => boolean;
  readonly scroller: RefObject<HTMLElement | null>;
  /** Height of what is seen of the rows. */
  readonly heightPx: number;
  readonly treePx: Pixels;
  readonly axisPx: Pixels;
  readonly range: TimeRange;
  readonly colourBy: ColourBy;
  readonly openKey: string | undefined;
  readonly open: (key: string | undefined, logKey?: number) => void;
}

export function RowList(props: RowListProps) {
  const { trace, tree, state, below, path, isMatch, scroller, heightPx } = props;
  const { treePx, axisPx, range, colourBy, openKey, open } = props;
  const { rows, collapsed, cursor } = state;
  const topmost = useTopmostRow(scroller);
  // The first rows are those in sight.
  const beyond = usePainted(rows.length) === 0 ? 0 : OVERSCAN;
  const { first, end } = windowAt(topmost, heightPx, rows.length, beyond);
  // Those beyond the edges are zoomed once the reader rests, or scrolls to them.
  const inSight = windowAt(topmost, heightPx, rows.length, 0);
  const rested = useRested(range);
  const slots = slotsOf(heightPx);
  const indexes = Array.from({ length: end - first }, (_, index) => first + index);
  // The treegrid names the cursor's row as its active one: it is there wherever one has scrolled to.
  const cursorRow = rowOf(rows, cursor);
  if (cursorRow >= 0 && (cursorRow < first || cursorRow >= end)) indexes.push(cursorRow);
  return (
    <>
      <StuckRows
        tree={tree}
        positions={stuckAncestors(tree, rows, topmost, MAX_STUCK)}
        top={AXIS_PX}
        treePx={treePx}
        colourBy={colourBy}
        goTo={state.goTo}
      />
      <div role="rowgroup" className="relative" style={{ height: rows.length * ROW_PX }}>
        {indexes.map((index) => {
          const position = rows[index] as number;
          const span = tree.spans[position];
          return (
            span !== undefined && (
              <WaterfallRow
                // A row that leaves at one end comes back at the other: elements are changed, not made anew.
                key={index >= first && index < end ? index % slots : "cursor"}
                trace={trace}
                tree={tree}
                span={span}
                position={position}
                rowIndex={index + 2}
                top={index * ROW_PX}
                treePx={treePx}
                axisPx={axisPx}
                range={index >= inSight.first && index < inSight.end ? range : rested}
                colourBy={colourBy}
                isCollapsed={collapsed.has(span.key)}
                isCursor={position === cursor}
                isOpen={span.key === openKey}
                latestEnd={below.latestEnd[position] as number}
                hasErrorBelow={below.hasErrorBelow[position] === 1}
                onPath={path.get(position)}
                isMatch={isMatch(position)}
                setFolded={state.setFolded}
                open={open}
              />
            )
          );
        })}
      </div>
    </>
  );
}
