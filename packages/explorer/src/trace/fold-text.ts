// What is folded, as a short text for the address: how deep the tree is open, then the spans that are otherwise. `all`
// and `0` are the same; `2.8f1c` says that everything from the third level down is folded but for, or with, span 8f1c.
import type { Span } from "./model.ts";
import { hasChildren } from "./rows.ts";
import type { Tree } from "./tree.ts";

/** Addresses beyond some 2,000 characters do not get everywhere; what is folded beyond this is not in them. */
const MAX_OTHERWISE = 64;

/** Undefined where nothing is folded. Linear in the spans. */
export function foldText(tree: Tree, collapsed: ReadonlySet<string>): string | undefined {
  if (collapsed.size === 0) return undefined;
  const level = foldedFrom(tree, collapsed);
  const otherwise: string[] = [];
  let isAnyFolded = false;
  for (let position = 0; position < tree.spans.length && otherwise.length < MAX_OTHERWISE; position++) {
    if (!hasChildren(tree, position)) continue;
    const { key } = tree.spans[position] as Span;
    const isFolded = collapsed.has(key);
    isAnyFolded ||= isFolded;
    if (isFolded !== (tree.depth[position] as number) >= level) otherwise.push(key);
  }
  if (!isAnyFolded) return undefined;
  const base = level === 0 ? "all" : Number.isFinite(level) ? String(level) : "";
  return [base, ...otherwise].join(".");
}

/** What a text stands for; keys that the tree does not have are left out. */
export function foldedBy(tree: Tree, text: string | undefined): ReadonlySet<string> {
  const folded = new Set<string>();
  if (text === undefined) return folded;
  const [base = "", ...otherwise] = text.split(".");
  const level = base === "all" ? 0 : /^\d+$/.test(base) ? Number(base) : Number.POSITIVE_INFINITY;
  const isOtherwise = new Set(otherwise);
  tree.spans.forEach(({ key }, position) => {
    if (!hasChildren(tree, position)) return;
    const isBelow = (tree.depth[position] as number) >= level;
    if (isBelow !== isOtherwise.has(key)) folded.add(key);
  });
  return folded;
}

/** The level from which most of what can be folded is: there the text is shortest. */
function foldedFrom(tree: Tree, collapsed: ReadonlySet<string>): number {
  /** By level: how many more are folded than open. */
  const surplus: number[] = [];
  tree.spans.forEach(({ key }, position) => {
    if (!hasChildren(tree, position)) return;
    const depth = tree.depth[position] as number;
    surplus[depth] = (surplus[depth] ?? 0) + (collapsed.has(key) ? 1 : -1);
  });
  let level = Number.POSITIVE_INFINITY;
  let best = 0;
  let sum = 0;
  for (let depth = surplus.length - 1; depth >= 0; depth--) {
    sum += surplus[depth] ?? 0;
    if (sum <= best) continue;
    best = sum;
    level = depth;
  }
  return level;
}
