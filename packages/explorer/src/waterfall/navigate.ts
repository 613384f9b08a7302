// Where a key takes the cursor, and what it folds. Pure; waterfall.tsx applies the result.

import { rankOf } from "../trace/find.ts";
import type { Span } from "../trace/model.ts";
import { hasChildren, nextMatching, type Rows, rowOf } from "../trace/rows.ts";
import type { Tree } from "../trace/tree.ts";
import type { Action } from "./keys.ts";

export interface Place {
  readonly tree: Tree;
  readonly rows: Rows;
  readonly collapsed: ReadonlySet<string>;
  /** Position of the cursor. */
  readonly cursor: number;
  /** Rows that fit on the screen. */
  readonly page: number;
  /** Positions of what was found, ascending. */
  readonly matches: Uint32Array;
}

export type Move =
  | { readonly type: "to"; readonly position: number }
  | { readonly type: "fold"; readonly key: string; readonly isCollapsed: boolean }
  | { readonly type: "none" };

const NOWHERE: Move = { type: "none" };
const to = (position: number): Move => (position < 0 ? NOWHERE : { type: "to", position });

export function moveFor(action: Action, place: Place): Move {
  const { tree, rows, cursor, page, matches } = place;
  const row = rowOf(rows, cursor);
  const toRow = (target: number): Move => to(rows[Math.max(0, Math.min(rows.length - 1, target))] ?? -1);
  switch (action) {
    case "down":
      return toRow(row + 1);
    case "up":
      return toRow(row - 1);
    case "page-down":
      return toRow(row + page);
    case "page-up":
      return toRow(row - page);
    case "first":
      return toRow(0);
    case "last":
      return toRow(rows.length - 1);
    case "expand":
    case "collapse":
      return fold(action, place);
    case "next-error":
      return to(nextMatching(tree, cursor, 1, isError));
    case "previous-error":
      return to(nextMatching(tree, cursor, -1, isError));
    case "next-match":
      return to(matches[rankOf(matches, cursor)] ?? matches[0] ?? -1);
    case "previous-match":
      return to(matches[rankOf(matches, cursor - 1) - 1] ?? matches.at(-1) ?? -1);
    default:
      return NOWHERE;
  }
}

/** As in every tree: right opens, then goes in; left closes, then goes out. */
function fold(action: "expand" | "collapse", { tree, collapsed, cursor }: Place): Move {
  const key = tree.spans[cursor]?.key;
  if (key === undefined) return NOWHERE;
  const isFoldable = hasChildren(tree, cursor);
  const isCollapsed = collapsed.has(key);
  if (action === "expand") {
    if (!isFoldable) return NOWHERE;
    return isCollapsed ? { type: "fold", key, isCollapsed: false } : to(cursor + 1);
  }
  if (isFoldable && !isCollapsed) return { type: "fold", key, isCollapsed: true };
  return to(tree.parent[cursor] as number);
}

const isError = (span: Span): boolean => span.status === "error";
