// The waterfall: names as a tree on the left, time on the right, one row a span, of which only those in sight exist in
// the page. State that another view needs is in the address; what only this one needs is here and in use-rows.ts.
import { lazy, Suspense, useMemo, useRef, useState } from "react";
import type { ColourBy } from "../theme/palette.ts";
import { type CriticalPath, criticalPath } from "../trace/critical-path.ts";
import { rankOf } from "../trace/find.ts";
import type { Trace } from "../trace/model.ts";
import type { Product } from "../trace/product.ts";
import { stuckAncestors, subtreeFacts } from "../trace/subtree-facts.ts";
import { niceTicks } from "../trace/ticks.ts";
import { pixels } from "../trace/time.ts";
import type { Tree } from "../trace/tree.ts";
import { AXIS_END_PX, AXIS_PX, Axis } from "./axis.tsx";
import { useElementSize } from "./element-size.ts";
import { gridLines } from "./grid-lines.ts";
import { Minimap } from "./minimap.tsx";
import { rowId, WaterfallRow } from "./row.tsx";
import { useSplit } from "./split.ts";
import { MAX_STUCK, StuckRows } from "./stuck-rows.tsx";
import { TimelineOverlay } from "./timeline-overlay.tsx";
import { WaterfallToolbar } from "./toolbar.tsx";
import { useFind } from "./use-find.ts";
import { useKeys } from "./use-keys.ts";
import { timelineAction, useRange } from "./use-range.ts";
import { useRows } from "./use-rows.ts";

const ROW_PX = 28;

interface WaterfallProps {
  readonly trace: Trace;
  readonly tree: Tree;
  readonly products: readonly Product[];
  readonly services: readonly string[];
  readonly colourBy: ColourBy;
  /** Key of the span whose panel is open. */
  readonly openKey: string | undefined;
  readonly open: (key: string | undefined, logKey?: number) => void;
  readonly isPathShown: boolean;
  readonly showPath: (isShown: boolean) => void;
}

const NO_PATH: CriticalPath = new Map();
/** Fetched when it is first asked for. */
const KeyHelp = lazy(() => import("./key-help.tsx"));

export function Waterfall(props: WaterfallProps) {
  const { trace, tree, products, services, colourBy, openKey, open, isPathShown, showPath } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const findInput = useRef<HTMLInputElement>(null);
  const size = useElementSize(scroller);
  const split = useSplit(size.width);
  const axisPx = pixels(Math.max(0, size.width - split.treePx - AXIS_END_PX));
  const shown = useRange(trace.duration);
  const range = shown.range;
  const ticks = useMemo(() => niceTicks(range), [range]);

  const find = useFind(tree);

  const state = useRows({
    tree,
    openKey,
    open,
    scroller,
    rowPx: ROW_PX,
    headPx: AXIS_PX,
    heightPx: size.height,
  });
  const { rows, collapsed, cursor, items, slots, setFolded } = state;
  const below = useMemo(() => subtreeFacts(tree), [tree]);
  const path = useMemo(() => (isPathShown ? criticalPath(tree) : NO_PATH), [tree, isPathShown]);
  const [isHelpOpen, setIsHelpOpen] = useState(false);
  useKeys((action) => {
    const timeline = timelineAction(action, shown, tree.spans[state.cursor]);
    if (timeline !== undefined) timeline();
    else if (action === "find") findInput.current?.focus();
    else if (action === "help") setIsHelpOpen(true);
    else if (action === "critical-path") showPath(!isPathShown);
    else if (action === "close" && openKey === undefined) shown.showWhole();
    else state.act(action, find.found.positions);
  });

  if (tree.spans.length === 0) {
    return (
      <p className="p-6 text-kumo-subtle">No spans have arrived for this trace. Its logs are under “Logs”.</p>
    );
  }
  return (
    <section aria-label="Waterfall" className="flex min-w-0 flex-1 flex-col">
      <WaterfallToolbar
        query={find.query}
        setQuery={find.setQuery}
        findInput={findInput}
        found={find.sought}
        matches={find.found.positions.length}
        matchAt={find.found.marks[cursor] === 1 ? rankOf(find.found.positions, cursor) : 0}
        // Enter may come before the matches of what was typed last.
        step={(action) => state.act(action, find.latest().positions)}
        collapseAll={state.collapseAll}
        expandAll={state.expandAll}
        isPathShown={isPathShown}
        showPath={showPath}
        showHelp={() => setIsHelpOpen(true)}
        products={products}
        services={services}
        colourBy={colourBy}
      />
      <Minimap tree={tree} shown={shown} treePx={split.treePx} axisPx={axisPx} />
      <div className="relative flex min-h-0 flex-1">
        <div
          ref={scroller}
          role="treegrid"
          aria-label="Spans"
          aria-rowcount={rows.length + 1}
          aria-activedescendant={
            items.some((item) => rows[item.index] === cursor) ? rowId(cursor) : undefined
          }
          tabIndex={0}
          className="waterfall relative min-h-0 flex-1 overflow-x-hidden overflow-y-scroll bg-kumo-base"
        >
          <Axis ticks={ticks} range={range} axisPx={axisPx} split={split} />
          {/* As high as the window, not as the rows: no browser paints a background of millions of pixels. */}
          <div aria-hidden className="pointer-events-none sticky h-0" style={{ top: AXIS_PX }}>
            <div
              className="grid-lines absolute"
              style={{
                left: split.treePx,
                width: axisPx + 1,
                height: Math.max(0, size.height - AXIS_PX),
                ...gridLines(ticks, range, axisPx),
              }}
            />
          </div>
          <StuckRows
            tree={tree}
            positions={stuckAncestors(tree, rows, state.firstRow, MAX_STUCK)}
            top={AXIS_PX}
            treePx={split.treePx}
            colourBy={colourBy}
            goTo={state.goTo}
          />
          <div role="rowgroup" className="relative" style={{ height: state.totalPx }}>
            {items.map((item) => {
              const position = rows[item.index] as number;
              const span = tree.spans[position];
              return (
                span !== undefined && (
                  <WaterfallRow
                    // A row that leaves at one end comes back at the other: elements are changed, not made anew.
                    key={item.index % slots}
                    trace={trace}
                    tree={tree}
                    span={span}
                    position={position}
                    rowIndex={item.index + 2}
                    top={item.start}
                    height={ROW_PX}
                    treePx={split.treePx}
                    axisPx={axisPx}
                    range={range}
                    colourBy={colourBy}
                    isCollapsed={collapsed.has(span.key)}
                    isCursor={position === cursor}
                    isOpen={span.key === openKey}
                    latestEnd={below.latestEnd[position] as number}
                    hasErrorBelow={below.hasErrorBelow[position] === 1}
                    onPath={path.get(position)}
                    isMatch={find.found.marks[position] === 1}
                    setFolded={setFolded}
                    open={open}
                  />
                )
              );
            })}
          </div>
        </div>
        <TimelineOverlay scroller={scroller} shown={shown} treePx={split.treePx} axisPx={axisPx} />
      </div>
      {isHelpOpen && (
        <Suspense>
          <KeyHelp close={() => setIsHelpOpen(false)} />
        </Suspense>
      )}
    </section>
  );
}
