// The waterfall: names as a tree on the left, time on the right, one row a span, of which only those in sight exist in
// the page. State that another view needs is in the address; what only this one needs is here.
import { useVirtualizer } from "@tanstack/react-virtual";
import { useCallback, useDeferredValue, useEffect, useMemo, useRef, useState } from "react";
import type { ColourBy } from "../theme/palette.ts";
import { findSpans } from "../trace/find.ts";
import { wholeRange } from "../trace/geometry.ts";
import type { Trace } from "../trace/model.ts";
import type { Product } from "../trace/product.ts";
import { collapsibleKeys, reveal, rowOf, visibleRows } from "../trace/rows.ts";
import { niceTicks } from "../trace/ticks.ts";
import { pixels } from "../trace/time.ts";
import type { Tree } from "../trace/tree.ts";
import { AXIS_END_PX, AXIS_PX, Axis } from "./axis.tsx";
import { useElementSize } from "./element-size.ts";
import { gridLines } from "./grid-lines.ts";
import { moveFor } from "./navigate.ts";
import { rowId, WaterfallRow } from "./row.tsx";
import { useSplit } from "./split.ts";
import { WaterfallToolbar } from "./toolbar.tsx";
import { useKeys } from "./use-keys.ts";

const ROW_PX = 28;
const OVERSCAN = 10;
const NOTHING: ReadonlySet<string> = new Set();

interface WaterfallProps {
  readonly trace: Trace;
  readonly tree: Tree;
  readonly products: readonly Product[];
  readonly services: readonly string[];
  readonly colourBy: ColourBy;
  /** Key of the span whose panel is open. */
  readonly openKey: string | undefined;
  readonly open: (key: string | undefined) => void;
}

export function Waterfall({ trace, tree, products, services, colourBy, openKey, open }: WaterfallProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const findInput = useRef<HTMLInputElement>(null);
  const size = useElementSize(scroller);
  const split = useSplit(size.width);
  const [collapsed, setCollapsed] = useState(NOTHING);
  const [cursorKey, setCursorKey] = useState(openKey);
  const [query, setQuery] = useState("");

  const rows = useMemo(() => visibleRows(tree, collapsed), [tree, collapsed]);
  // Deferred: a large trace is looked through while the reader goes on typing.
  const sought = useDeferredValue(query);
  const matches = useMemo(() => findSpans(tree, sought), [tree, sought]);
  const matching = useMemo(() => new Set(matches), [matches]);
  const range = useMemo(() => wholeRange(trace.duration), [trace.duration]);
  const ticks = useMemo(() => niceTicks(range), [range]);
  const cursor = (cursorKey === undefined ? undefined : tree.positionOfKey.get(cursorKey)) ?? 0;
  const axisPx = pixels(Math.max(0, size.width - split.treePx - AXIS_END_PX));

  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: OVERSCAN,
    scrollPaddingStart: AXIS_PX,
  });

  const slots = Math.ceil(size.height / ROW_PX) + 2 * OVERSCAN + 2;

  /** Puts the cursor on a span, opens what hides it, and scrolls to it. With the panel open, the panel follows. */
  const moveTo = (position: number): void => {
    const key = tree.spans[position]?.key;
    if (key === undefined) return;
    const opened = reveal(tree, collapsed, position);
    setCollapsed(opened);
    setCursorKey(key);
    if (openKey !== undefined && openKey !== key) open(key);
    const shown = opened === collapsed ? rows : visibleRows(tree, opened);
    virtualizer.scrollToIndex(rowOf(shown, position), { align: "auto" });
  };

  // A span named in the address, on opening the page or from elsewhere in it, is brought into sight.
  const broughtIntoSight = useRef<string | undefined>(undefined);
  useEffect(() => {
    if (openKey === undefined || openKey === broughtIntoSight.current || size.height === 0) return;
    const position = tree.positionOfKey.get(openKey);
    if (position === undefined) return;
    broughtIntoSight.current = openKey;
    const opened = reveal(tree, collapsed, position);
    setCollapsed(opened);
    setCursorKey(openKey);
    const row = rowOf(visibleRows(tree, opened), position);
    const top = row * ROW_PX + AXIS_PX;
    const { scrollTop = 0 } = scroller.current ?? {};
    const isInSight = top >= scrollTop + AXIS_PX && top + ROW_PX <= scrollTop + size.height;
    if (!isInSight) virtualizer.scrollToIndex(row, { align: "center" });
  }, [openKey, tree, collapsed, size.height, virtualizer]);

  // Stable, so that a row is drawn again only when something about it has changed.
  const setFolded = useCallback((key: string, isCollapsed: boolean): void => {
    setCollapsed((before) => {
      const next = new Set(before);
      if (isCollapsed) next.add(key);
      else next.delete(key);
      return next;
    });
  }, []);
  const collapseAll = (): void => setCollapsed(collapsibleKeys(tree));
  const expandAll = (): void => setCollapsed(NOTHING);

  useKeys((action) => {
    if (action === "find") return findInput.current?.focus();
    if (action === "collapse-all") return collapseAll();
    if (action === "expand-all") return expandAll();
    if (action === "close") return open(undefined);
    if (action === "open") return open(tree.spans[cursor]?.key);
    const page = Math.max(1, Math.floor((size.height - AXIS_PX) / ROW_PX) - 1);
    const move = moveFor(action, { tree, rows, collapsed, cursor, page, matches });
    if (move.type === "to") moveTo(move.position);
    else if (move.type === "fold") setFolded(move.key, move.isCollapsed);
  });

  const step = (action: "next-match" | "previous-match" | "next-error"): void => {
    const move = moveFor(action, { tree, rows, collapsed, cursor, page: 1, matches });
    if (move.type === "to") moveTo(move.position);
  };

  if (tree.spans.length === 0) {
    return (
      <p className="p-6 text-kumo-subtle">No spans have arrived for this trace. Its logs are under “Logs”.</p>
    );
  }
  return (
    <section aria-label="Waterfall" className="flex min-w-0 flex-1 flex-col">
      <WaterfallToolbar
        query={query}
        setQuery={setQuery}
        findInput={findInput}
        matches={matches.length}
        matchAt={matches.indexOf(cursor) + 1}
        step={step}
        collapseAll={collapseAll}
        expandAll={expandAll}
        products={products}
        services={services}
        colourBy={colourBy}
      />
      <div
        ref={scroller}
        role="treegrid"
        aria-label="Spans"
        aria-rowcount={rows.length + 1}
        aria-activedescendant={rowId(cursor)}
        tabIndex={0}
        className="relative min-h-0 flex-1 overflow-x-hidden overflow-y-scroll bg-kumo-base outline-none"
      >
        <Axis ticks={ticks} range={range} axisPx={axisPx} split={split} />
        <div role="rowgroup" className="relative" style={{ height: virtualizer.getTotalSize() }}>
          <div
            aria-hidden
            className="grid-lines pointer-events-none absolute inset-y-0"
            style={{ left: split.treePx, width: axisPx + 1, ...gridLines(ticks, range, axisPx) }}
          />
          {virtualizer.getVirtualItems().map((item) => {
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
                  isMatch={matching.has(position)}
                  setFolded={setFolded}
                  open={open}
                />
              )
            );
          })}
        </div>
      </div>
    </section>
  );
}
