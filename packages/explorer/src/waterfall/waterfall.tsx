// The waterfall: names as a tree on the left, time on the right, one row a span, of which only those in sight exist in
// the page. State that another view needs is in the address; what only this one needs is here and in use-rows.ts.
import { lazy, Suspense, useMemo, useRef, useState } from "react";
import type { ColourBy } from "../theme/palette.ts";
import { type CriticalPath, criticalPath } from "../trace/critical-path.ts";
import { rankOf } from "../trace/find.ts";
import type { Trace } from "../trace/model.ts";
import type { Product } from "../trace/product.ts";
import { subtreeFacts } from "../trace/subtree-facts.ts";
import { niceTicks } from "../trace/ticks.ts";
import { pixels } from "../trace/time.ts";
import type { Tree } from "../trace/tree.ts";
import { usePainted } from "./after-paint.ts";
import { AXIS_END_PX, AXIS_PX, Axis } from "./axis.tsx";
import { useElementSize } from "./element-size.ts";
import { GridLines } from "./grid-lines.tsx";
import type { Action } from "./keys.ts";
import { useLatest } from "./latest.ts";
import { Minimap } from "./minimap.tsx";
import { rowId } from "./row.tsx";
import { RowList } from "./row-list.tsx";
import { useSplit } from "./split.ts";
import { TimelineOverlay } from "./timeline-overlay.tsx";
import { WaterfallToolbar } from "./toolbar.tsx";
import { useFind } from "./use-find.ts";
import { useKeys } from "./use-keys.ts";
import { timelineAction, useRange } from "./use-range.ts";
import { useRows } from "./use-rows.ts";

interface WaterfallProps {
  readonly trace: Trace;
  readonly tree: Tree;
  /** The trace is on its way: what stands around the rows is there before them. */
  readonly isLoading: boolean;
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
  const { trace, tree, isLoading, products, services, colourBy, openKey, open, isPathShown, showPath } =
    props;
  const scroller = useRef<HTMLDivElement>(null);
  const findInput = useRef<HTMLInputElement>(null);
  const size = useElementSize(scroller);
  const split = useSplit(size.width);
  const axisPx = pixels(Math.max(0, size.width - split.treePx - AXIS_END_PX));
  const shown = useRange(trace.duration);
  const range = shown.range;
  const ticks = useMemo(() => (isLoading ? [] : niceTicks(range)), [isLoading, range]);

  const find = useFind(tree);

  const heightPx = Math.max(0, size.height - AXIS_PX);
  const state = useRows({ tree, isLoading, openKey, open, scroller, heightPx });
  const { rows, cursor } = state;
  const below = useMemo(() => subtreeFacts(tree), [tree]);
  const path = useMemo(() => (isPathShown ? criticalPath(tree) : NO_PATH), [tree, isPathShown]);
  // The rows come first.
  const drawn = usePainted(tree);
  const [isHelpOpen, setIsHelpOpen] = useState(false);
  const act = useLatest((action: Action) => {
    const timeline = timelineAction(action, shown, tree.spans[state.cursor]);
    if (timeline !== undefined) timeline();
    else if (action === "find") findInput.current?.focus();
    else if (action === "help") setIsHelpOpen(true);
    else if (action === "critical-path") showPath(!isPathShown);
    else if (action === "close" && openKey === undefined) shown.showWhole();
    else {
      // A step may come before the matches of what was typed last.
      const isStep = action === "next-match" || action === "previous-match";
      state.act(action, (isStep ? find.latest() : find.found).positions);
    }
  });
  useKeys(act);

  if (tree.spans.length === 0 && !isLoading) {
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
        act={act}
        isPathShown={isPathShown}
        products={products}
        services={services}
        colourBy={colourBy}
      />
      <Minimap tree={drawn} shown={shown} treePx={split.treePx} axisPx={axisPx} />
      <div className="relative flex min-h-0 flex-1">
        <div
          ref={scroller}
          data-marked={find.query}
          role="treegrid"
          aria-label="Spans"
          aria-busy={isLoading}
          aria-rowcount={rows.length + 1}
          aria-activedescendant={rows.length > 0 ? rowId(cursor) : undefined}
          tabIndex={0}
          className="waterfall relative min-h-0 flex-1 overflow-x-hidden overflow-y-scroll bg-kumo-base"
        >
          <Axis ticks={ticks} range={range} axisPx={axisPx} split={split} />
          <GridLines ticks={ticks} range={range} treePx={split.treePx} axisPx={axisPx} heightPx={heightPx} />
          <RowList
            trace={trace}
            tree={tree}
            state={state}
            below={below}
            path={path}
            isMatch={find.isMatch}
            scroller={scroller}
            heightPx={heightPx}
            treePx={split.treePx}
            axisPx={axisPx}
            range={range}
            colourBy={colourBy}
            openKey={openKey}
            open={open}
          />
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
