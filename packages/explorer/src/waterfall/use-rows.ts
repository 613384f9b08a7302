// The waterfall's rows: which are shown, and where the cursor stands among them. Which of them exist in the page is
// row-window.ts' matter.
import {
  type RefObject,
  useCallback,
  useEffectEvent,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { collapseLevel, expandLevel } from "../trace/fold-level.ts";
import { foldedBy, foldText } from "../trace/fold-text.ts";
import { collapsibleKeys, type Rows, reveal, rowOf, visibleRows } from "../trace/rows.ts";
import type { Tree } from "../trace/tree.ts";
import type { Action } from "./keys.ts";
import { moveFor } from "./navigate.ts";
import { ROW_PX, scrollTopFor } from "./row-window.ts";
import { stuckPx } from "./stuck-rows.tsx";
import { useAddress, useInAddress } from "./use-address.ts";

const SCROLL_ROWS = 8;
const NOTHING: ReadonlySet<string> = new Set();

interface RowsInput {
  readonly tree: Tree;
  /** The tree is on its way: what the address says of it cannot be looked up yet. */
  readonly isLoading: boolean;
  readonly openKey: string | undefined;
  readonly open: (key: string | undefined) => void;
  readonly scroller: RefObject<HTMLElement | null>;
  /** Height of what is seen of the rows, in CSS pixels; 0 until it is measured. */
  readonly heightPx: number;
}

/** Where to scroll to; a new one each time, so that the same place can be gone to again. */
interface Goal {
  readonly position: number;
  readonly align: "nearest" | "middle";
}

export interface WaterfallRows {
  readonly rows: Rows;
  readonly collapsed: ReadonlySet<string>;
  /** Position in the tree of the row the keys act on; always one of `rows`. */
  readonly cursor: number;
  readonly setFolded: (key: string, isCollapsed: boolean) => void;
  /** Puts the cursor on a position and brings it into sight. */
  readonly goTo: (position: number) => void;
  /** @param matches positions of what was found, ascending */
  readonly act: (action: Action, matches: Uint32Array) => void;
}

export function useRows({ tree, isLoading, openKey, open, scroller, heightPx }: RowsInput): WaterfallRows {
  const inAddress = useAddress().fold;
  const [given, setGiven] = useState(inAddress);
  const asGiven = useMemo(() => foldedBy(tree, given), [tree, given]);
  // Undefined until the reader folds or opens something: until then it is as the address says.
  const [chosen, setChosen] = useState<ReadonlySet<string>>();
  const collapsed = chosen ?? asGiven;
  const text = useMemo(
    () => (isLoading ? given : foldText(tree, collapsed)),
    [isLoading, given, tree, collapsed],
  );
  useInAddress("fold", text, (next) => {
    setGiven(next);
    setChosen(undefined);
  });
  const [cursorKey, setCursorKey] = useState(openKey);
  const rows = useMemo(() => visibleRows(tree, collapsed), [tree, collapsed]);
  const wanted = (cursorKey === undefined ? undefined : tree.positionOf(cursorKey)) ?? 0;
  // Folded away, the cursor stands on what it was folded into.
  const cursor = rows[rowOf(rows, wanted)] ?? 0;

  // Scrolled to once the rows are there: what is folded may just have been opened.
  const [goal, setGoal] = useState<Goal>();
  const scrollToGoal = useEffectEvent(({ position, align }: Goal): void => {
    const element = scroller.current;
    if (element === null) return;
    const coveredPx = stuckPx(tree.depth[position] ?? 0);
    const { scrollTop } = element;
    element.scrollTop = scrollTopFor(rowOf(rows, position), align, { scrollTop, heightPx, coveredPx });
  });
  useLayoutEffect(() => {
    if (goal !== undefined) scrollToGoal(goal);
  }, [goal]);

  // A span named in the address, on opening the page or from elsewhere in it, is brought into sight.
  const broughtIntoSight = useRef<string | undefined>(undefined);
  useLayoutEffect(() => {
    if (openKey === undefined) broughtIntoSight.current = undefined;
    if (openKey === undefined || openKey === broughtIntoSight.current || heightPx === 0) return;
    const position = tree.positionOf(openKey);
    if (position === undefined) return;
    broughtIntoSight.current = openKey;
    setChosen(reveal(tree, collapsed, position));
    setCursorKey(openKey);
    setGoal({ position, align: "middle" });
  }, [openKey, tree, collapsed, heightPx]);

  /** Puts the cursor on a span, opens what hides it, and scrolls to it. With the panel open, the panel follows. */
  const moveTo = (position: number): void => {
    const key = tree.spans[position]?.key;
    if (key === undefined) return;
    setChosen(reveal(tree, collapsed, position));
    setCursorKey(key);
    broughtIntoSight.current = key;
    if (openKey !== undefined && openKey !== key) open(key);
    setGoal({ position, align: "nearest" });
  };

  // Stable, so that a row is drawn again only when something about it has changed.
  const setFolded = useCallback(
    (key: string, isCollapsed: boolean): void =>
      setChosen((before) => {
        const next = new Set(before ?? asGiven);
        if (isCollapsed) next.add(key);
        else next.delete(key);
        return next;
      }),
    [asGiven],
  );

  /** Keeps the cursor in sight while rows come and go around it. */
  const foldTo = (next: ReadonlySet<string>): void => {
    setChosen(next);
    setGoal({ position: cursor, align: "nearest" });
  };

  const act = (action: Action, matches: Uint32Array): void => {
    if (action === "collapse-all") foldTo(collapsibleKeys(tree));
    else if (action === "expand-all") foldTo(NOTHING);
    else if (action === "collapse-level") foldTo(collapseLevel(tree, rows, collapsed));
    else if (action === "expand-level") foldTo(expandLevel(tree, rows, collapsed));
    else if (action === "scroll-down") scroller.current?.scrollBy({ top: SCROLL_ROWS * ROW_PX });
    else if (action === "scroll-up") scroller.current?.scrollBy({ top: -SCROLL_ROWS * ROW_PX });
    else if (action === "close") open(undefined);
    else if (action === "open") open(tree.spans[cursor]?.key);
    else {
      const page = Math.max(1, Math.floor(heightPx / ROW_PX) - 1);
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
    setFolded,
    goTo: moveTo,
    act,
  };
}

const isErrorStep = (action: Action): boolean => action === "next-error" || action === "previous-error";
