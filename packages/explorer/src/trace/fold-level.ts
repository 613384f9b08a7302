// Folding a whole level at once: the deepest one that is open, or the topmost that is closed.
import type { Span } from "./model.ts";
import { hasChildren, type Rows } from "./rows.ts";
import type { Tree } from "./tree.ts";

/** With every shown span folded that is open and lies deepest. The same set where nothing is open. */
export function collapseLevel(tree: Tree, rows: Rows, collapsed: ReadonlySet<string>): ReadonlySet<string> {
  let deepest = -1;
  for (const position of rows) {
    if (isOpen(tree, collapsed, position)) deepest = Math.max(deepest, tree.depth[position] as number);
  }
  if (deepest < 0) return collapsed;
  const next = new Set(collapsed);
  for (const position of rows) {
    if (tree.depth[position] === deepest && isOpen(tree, collapsed, position))
      next.add(keyAt(tree, position));
  }
  return next;
}

/** With every shown span opened that is folded and lies topmost. The same set where nothing is folded. */
export function expandLevel(tree: Tree, rows: Rows, collapsed: ReadonlySet<string>): ReadonlySet<string> {
  const folded = [...rows].filter(
    (position) => hasChildren(tree, position) && collapsed.has(keyAt(tree, position)),
  );
  if (folded.length === 0) return collapsed;
  const topmost = folded.reduce(
    (least, position) => Math.min(least, tree.depth[position] as number),
    Infinity,
  );
  const next = new Set(collapsed);
  for (const position of folded) if (tree.depth[position] === topmost) next.delete(keyAt(tree, position));
  return next;
}

const keyAt = (tree: Tree, position: number): string => (tree.spans[position] as Span).key;

const isOpen = (tree: Tree, collapsed: ReadonlySet<string>, position: number): boolean =>
  hasChildren(tree, position) && !collapsed.has(keyAt(tree, position));
