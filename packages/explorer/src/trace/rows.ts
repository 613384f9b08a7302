// Tree + what is collapsed → the rows to draw, and how the keyboard moves among them. Linear in the rows shown.
import type { Span } from "./model.ts";
import type { Tree } from "./tree.ts";

/** Positions in the tree, top to bottom. */
export type Rows = Uint32Array;

/** @param collapsed keys of spans whose descendants are hidden; keys of leaves and unknown keys have no effect */
export function visibleRows(tree: Tree, collapsed: ReadonlySet<string>): Rows {
  const rows = new Uint32Array(tree.spans.length);
  let count = 0;
  for (let position = 0; position < tree.spans.length; ) {
    rows[count++] = position;
    const isCollapsed = collapsed.size > 0 && collapsed.has((tree.spans[position] as Span).key);
    position = isCollapsed ? (tree.subtreeEnd[position] as number) : position + 1;
  }
  return rows.subarray(0, count);
}

/** The row of a position, or of the nearest ancestor that is shown; -1 for a position outside the tree. */
export function rowOf(rows: Rows, position: number): number {
  if (position < 0 || rows.length === 0) return -1;
  let low = 0;
  let high = rows.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((rows[middle] as number) <= position) low = middle;
    else high = middle - 1;
  }
  return low;
}

export const hasChildren = (tree: Tree, position: number): boolean =>
  (tree.subtreeEnd[position] as number) > position + 1;

/** Keys of every span that has children: the set that collapses the whole tree. */
export function collapsibleKeys(tree: Tree): Set<string> {
  const keys = new Set<string>();
  tree.spans.forEach((span, position) => {
    if (hasChildren(tree, position)) keys.add(span.key);
  });
  return keys;
}

/** `collapsed` without the ancestors of `position`, so that its row is shown; the same set where nothing changes. */
export function reveal(tree: Tree, collapsed: ReadonlySet<string>, position: number): ReadonlySet<string> {
  let opened: Set<string> | undefined;
  for (let above = tree.parent[position] ?? -1; above >= 0; above = tree.parent[above] as number) {
    const key = (tree.spans[above] as Span).key;
    if (!collapsed.has(key)) continue;
    opened ??= new Set(collapsed);
    opened.delete(key);
  }
  return opened ?? collapsed;
}

/** The position of the next span after `from` that `matches`, wrapping round; -1 where none does. */
export function nextMatching(
  tree: Tree,
  from: number,
  step: 1 | -1,
  matches: (span: Span) => boolean,
): number {
  const count = tree.spans.length;
  for (let walked = 1; walked <= count; walked++) {
    const position = (((from + step * walked) % count) + count) % count;
    if (matches(tree.spans[position] as Span)) return position;
  }
  return -1;
}
