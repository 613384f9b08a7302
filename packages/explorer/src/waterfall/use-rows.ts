// The waterfall's rows: which are shown, which of them exist in the page, and where the cursor stands among them.
import { useVirtualizer, type VirtualItem } from "@tanstack/react-virtual";
import { type RefObject, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { collapseLevel, expandLevel } from "../trace/fold-level.ts";
import { foldedBy, foldText } from "../trace/fold-text.ts";
import { collapsibleKeys, type Rows, reveal, rowOf, visibleRows } from "../trace/rows.ts";
import type { Tree } from "../trace/tree.ts";
import type { Action } from "./keys.ts";
import { moveFor } from "./navigate.ts";
import { useAddress, useInAddress } from "./use-address.ts";

const OVERSCAN = 10;
const SCROLL_ROWS = 8;
const NOTHING: ReadonlySet<string> = new Set();

interface RowsInput {
  readonly tree: Tree;
  readonly openKey: string | undefined;
  readonly open: (key: string | undefined) => void;
  readonly scroller: RefObject<HTMLElement | null>;
  /** Height of a row and of what is stuck above the rows, in CSS pixels. */
  readonly rowPx: number;
  readonly headPx: number;
  /** Height of the scroller, 0 until it is measured. */
  readonly heightPx: number;
}

export interface WaterfallRows {
  readonly rows: Rows;
  readonly collapsed: ReadonlySet<string>;
  /** Position in the tree of the row the keys act on; always one of `rows`. */
  readonly cursor: number;
  readonly items: readonly VirtualItem[];
  readonly totalPx: number;
  /** At least as many as `items` can ever be: `index % slots` is unique among them. */
  readonly slots: number;
  readonly setFolded: (key: string, isCollapsed: boolean) => void;
  readonly collapseAll: () => void;
  readonly expandAll: () => void;
  /** Which row is topmost in sight. */
  readonly firstRow: number;
  /** Puts the cursor on a position and brings it into sight. */
  readonly goTo: (position: number) => void;
  /** @param matches positions of what was found, ascending */
  readonly act: (action: Action, matches: Uint32Array) => void;
}

export function useRows({
  tree,
  openKey,
  open,
  scroller,
  rowPx,
  headPx,
  heightPx,
}: RowsInput): WaterfallRows {
  const inAddress = useAddress().fold;
  const [collapsed, setCollapsed] = useState(() => foldedBy(tree, inAddress));
  const text = useMemo(() => foldText(tree, collapsed), [tree, collapsed]);
  useInAddress("fold", text, (given) => setCollapsed(foldedBy(tree, given)));
  const [cursorKey, setCursorKey] = useState(openKey);
  const rows = useMemo(() => visibleRows(tree, collapsed), [tree, collapsed]);
  const wanted = (cursorKey === undefined ? undefined : tree.positionOf(cursorKey)) ?? 0;
  // Folded away, the cursor stands on what it was folded into.
  const cursor = rows[rowOf(rows, wanted)] ?? 0;
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    overscan: OVERSCAN,
    scrollPaddingStart: headPx,
  });

  // A span named in the address, on opening the page or from elsewhere in it, is brought into sight.
  const broughtIntoSight = useRef<string | undefined>(undefined);
  useEffect(() => {
    if (openKey === undefined) broughtIntoSight.current = undefined;
    if (openKey === undefined || openKey === broughtIntoSight.current || heightPx === 0) return;
    const position = tree.positionOf(openKey);
    if (position === undefined) return;
    broughtIntoSight.current = openKey;
    const opened = reveal(tree, collapsed, position);
    setCollapsed(opened);
    setCursorKey(openKey);
    const row = rowOf(visibleRows(tree, opened), position);
    const top = row * rowPx;
    const scrollTop = scroller.current?.scrollTop ?? 0;
    const isInSight = top >= scrollTop && top + rowPx <= scrollTop + heightPx - headPx;
    if (!isInSight) virtualizer.scrollToIndex(row, { align: "center" });
  }, [openKey, tree, collapsed, heightPx, rowPx, headPx, scroller, virtualizer]);

  /** Puts the cursor on a span, opens what hides it, and scrolls to it. With the panel open, the panel follows. */
  const moveTo = (position: number): void => {
    const key = tree.spans[position]?.key;
    if (key === undefined) return;
    const opened = reveal(tree, collapsed, position);
    setCollapsed(opened);
    setCursorKey(key);
    broughtIntoSight.current = key;
    if (openKey !== undefined && openKey !== key) open(key);
    const shown = opened === collapsed ? rows : visibleRows(tree, opened);
    virtualizer.scrollToIndex(rowOf(shown, position), { align: "auto" });
  };

  // Stable, so that a row is drawn again only when something about it has changed.
  const setFolded = useCallback((key: string, isCollapsed: boolean): void => {
    setCollapsed((before) => {
      const next = new Set(before);
      if (isCollapsed) next.add(key);
      else next.delete(key);
      return next;
    });
  }, []);

  /** Keeps the cursor in sight while rows come and go around it. */
  const foldTo = (next: ReadonlySet<string>): void => {
    setCollapsed(next);
    virtualizer.scrollToIndex(rowOf(visibleRows(tree, next), cursor), { align: "auto" });
  };
  const collapseAll = (): void => foldTo(collapsibleKeys(tree));
  const expandAll = (): void => foldTo(NOTHING);

  const act = (action: Action, matches: Uint32Array): void => {
    if (action === "collapse-all") collapseAll();
    else if (action === "expand-all") expandAll();
    else if (action === "collapse-level") foldTo(collapseLevel(tree, rows, collapsed));
    else if (action === "expand-level") foldTo(expandLevel(tree, rows, collapsed));
    else if (action === "scroll-down") scroller.current?.scrollBy({ top: SCROLL_ROWS * rowPx });
    else if (action === "scroll-up") scroller.current?.scrollBy({ top: -SCROLL_ROWS * rowPx });
    else if (action === "close") open(undefined);
    else if (action === "open") open(tree.spans[cursor]?.key);
    else {
      const page = Math.max(1, Math.floor((heightPx - headPx) / rowPx) - 1);
      const move = moveFor(action, { tree, rows, collapsed, cursor, page, matches });
      if (move.type === "to") moveTo(move.position);
      // Who steps from error to error wants to read them.
      if (move.type === "to" && isErrorStep(action)) open(tree.spans[move.position]?.key);
      else if (move.type === "fold") setFolded(move.key, move.isCollapsed);
    }
  };

  return {
    rows,
    collapsed,
    cursor,
    items: virtualizer.getVirtualItems(),
    totalPx: virtualizer.getTotalSize(),
    slots: Math.ceil(heightPx / rowPx) + 2 * OVERSCAN + 2,
    setFolded,
    collapseAll,
    expandAll,
    firstRow: Math.floor((virtualizer.scrollOffset ?? 0) / rowPx),
    goTo: moveTo,
    act,
  };
}

const isErrorStep = (action: Action): boolean => action === "next-error" || action === "previous-error";
