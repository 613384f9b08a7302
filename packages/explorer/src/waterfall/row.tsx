// One span of the waterfall: its place in the tree, its bar, and what stands on the bar.
import { memo } from "react";
import type { ColourBy } from "../theme/palette.ts";
import { hueOf } from "../theme/palette.ts";
import { spanDurationLabel } from "../trace/clock.ts";
import { isRunning } from "../trace/flight.ts";
import type { Span, Trace } from "../trace/model.ts";
import { hasChildren } from "../trace/rows.ts";
import type { Pixels, TimeRange } from "../trace/time.ts";
import type { Tree } from "../trace/tree.ts";
import { skewText } from "../trace/warnings.ts";
import { Bar } from "./bar.tsx";
import { Markers } from "./markers.tsx";
import { ROW_PX } from "./row-window.ts";
import { TreeCell } from "./tree-cell.tsx";

/** The element's id, which the treegrid names as its active row. */
export const rowId = (position: number): string => `span-row-${position}`;

interface WaterfallRowProps {
  readonly trace: Trace;
  readonly tree: Tree;
  readonly span: Span;
  readonly position: number;
  /** As assistive technology counts: from 1, the head of the columns included. */
  readonly rowIndex: number;
  readonly top: number;
  readonly treePx: Pixels;
  readonly axisPx: Pixels;
  readonly range: TimeRange;
  readonly colourBy: ColourBy;
  readonly isCollapsed: boolean;
  readonly isCursor: boolean;
  readonly isOpen: boolean;
  readonly isMatch: boolean;
  /** When the last span at or below this one ends. */
  readonly latestEnd: number;
  readonly hasErrorBelow: boolean;
  /** Its stretches of the critical path, where that is shown. */
  readonly onPath: readonly TimeRange[] | undefined;
  readonly setFolded: (key: string, isCollapsed: boolean) => void;
  readonly open: (key: string, logKey?: number) => void;
}

export const WaterfallRow = memo(function WaterfallRow(props: WaterfallRowProps) {
  const { trace, tree, span, position, rowIndex, top, treePx, axisPx, range } = props;
  const {
    colourBy,
    isCollapsed,
    isCursor,
    isOpen,
    isMatch,
    latestEnd,
    hasErrorBelow,
    onPath,
    setFolded,
    open,
  } = props;
  const depth = tree.depth[position] as number;
  // Another invocation begins here, in another Worker or object.
  const isBoundary = depth > 0 && span.product === "Invocation";
  const isFoldable = hasChildren(tree, position);
  const hue = hueOf(span, colourBy);
  const ground = isOpen ? "bg-(--row-selected)" : isCursor ? "bg-(--row-hover)" : "hover:bg-(--row-hover)";
  const ring = isCursor ? "cursor-row" : "";
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the treegrid handles keys for all rows, see use-keys.ts.
    <div
      id={rowId(position)}
      role="row"
      aria-level={depth + 1}
      aria-rowindex={rowIndex}
      aria-selected={isOpen}
      aria-expanded={isFoldable ? !isCollapsed : undefined}
      className={`absolute inset-x-0 flex cursor-default ${ground} ${ring} ${isBoundary ? "invocation-boundary" : ""}`}
      style={{ transform: `translateY(${top}px)`, height: ROW_PX, "--hue": hue }}
      onClick={() => open(span.key)}
    >
      <TreeCell
        span={span}
        depth={depth}
        flaw={tree.flaws.get(position)}
        skew={skewText(tree, position)}
        hasErrorBelow={hasErrorBelow}
        isBoundary={isBoundary}
        hidden={isCollapsed ? (tree.subtreeEnd[position] as number) - position - 1 : 0}
        isFoldable={isFoldable}
        isCollapsed={isCollapsed}
        isMatch={isMatch}
        width={treePx}
        setFolded={setFolded}
      />
      <TimeCell
        trace={trace}
        span={span}
        range={range}
        axisPx={axisPx}
        hasErrorBelow={hasErrorBelow}
        outlivedUntil={isCollapsed ? latestEnd : undefined}
        onPath={onPath}
        open={open}
      />
    </div>
  );
});

interface TimeCellProps {
  readonly trace: Trace;
  readonly span: Span;
  readonly range: TimeRange;
  readonly axisPx: Pixels;
  readonly hasErrorBelow: boolean;
  readonly outlivedUntil: number | undefined;
  readonly onPath: readonly TimeRange[] | undefined;
  readonly open: (key: string, logKey?: number) => void;
}

/** Drawn again when the axis is, while the tree's cell stays; and the other way round when a match is marked. */
const TimeCell = memo(function TimeCell(props: TimeCellProps) {
  const { trace, span, range, axisPx, hasErrorBelow, outlivedUntil, onPath, open } = props;
  const running = isRunning(span, Date.now());
  const duration = running ? "running" : spanDurationLabel(span, trace.clock);
  return (
    <div role="gridcell" className="relative min-w-0 flex-1 overflow-hidden border-l border-kumo-line">
      <div className="absolute inset-y-0 left-0" style={{ width: axisPx }}>
        <Bar
          span={span}
          duration={duration}
          range={range}
          axisPx={axisPx}
          hasErrorBelow={hasErrorBelow}
          outlivedUntil={outlivedUntil}
          onPath={onPath}
          isRunning={running}
          traceEnd={trace.duration}
        />
        <Markers
          events={span.events}
          logs={trace.logsBySpan.get(span.spanId)}
          range={range}
          axisPx={axisPx}
          open={(logKey) => open(span.key, logKey)}
        />
      </div>
    </div>
  );
});
