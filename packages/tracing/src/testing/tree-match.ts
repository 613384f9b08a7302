// Whether a tree of spans is the one that a test wrote down. Two passes, neither recursive: down, for which spans each
// node may stand; then up, for which of them it stands with all that is below. In a tree without `unordered` and "..."
// a node may stand for one span only, and both passes are linear.
import { isMatch } from "./span-pattern.ts";
import type { TraceSpan } from "./trace.ts";
import { childNodes, type Group, type TreeNode } from "./tree-pattern.ts";

/** For each node the spans that match it with everything below. */
export type Matches = Map<TreeNode, Set<TraceSpan>>;

export function matchTree(top: TreeNode, root: TraceSpan): Matches {
  const matches: Matches = new Map();
  const nodes = [top];
  offer(matches, top, root);
  // Grows while it is walked: each node comes before those below it.
  for (const node of nodes) {
    for (const child of childNodes(node)) nodes.push(child);
    for (const span of matches.get(node) ?? []) offerChildren(matches, node, span);
  }
  for (const node of nodes.reverse()) {
    const spans = matches.get(node);
    if (spans === undefined) continue;
    for (const span of spans) {
      if (!holdsChildren(matches, node, span)) spans.delete(span);
    }
  }
  return matches;
}

function offer(matches: Matches, node: TreeNode, span: TraceSpan): void {
  if (!isMatch(node.self, span)) return;
  const spans = matches.get(node);
  if (spans === undefined) matches.set(node, new Set([span]));
  else spans.add(span);
}

function offerChildren(matches: Matches, node: TreeNode, { children }: TraceSpan): void {
  if (!node.hasOthers && children.length !== childNodes(node).length) return;
  let start = 0;
  for (const { isOrdered, nodes } of node.groups) {
    for (let i = 0; i < nodes.length; i++) {
      const child = nodes[i] as TreeNode;
      if (!node.hasOthers && isOrdered) offer(matches, child, children[start + i] as TraceSpan);
      else {
        const candidates = node.hasOthers ? children : children.slice(start, start + nodes.length);
        for (const span of candidates) offer(matches, child, span);
      }
    }
    start += nodes.length;
  }
}

function holdsChildren(matches: Matches, node: TreeNode, { children }: TraceSpan): boolean {
  const isHeld = (child: TreeNode | undefined, span: TraceSpan) =>
    child !== undefined && matches.get(child)?.has(span) === true;
  if (node.hasOthers) {
    const [group] = node.groups;
    if (group === undefined) return true;
    if (!group.isOrdered) return assign(group, children, isHeld).size === group.nodes.length;
    let next = 0;
    for (const span of children) if (isHeld(group.nodes[next], span)) next++;
    return next === group.nodes.length;
  }
  if (children.length !== childNodes(node).length) return false;
  let start = 0;
  for (const group of node.groups) {
    const run = children.slice(start, start + group.nodes.length);
    const isMet = group.isOrdered
      ? group.nodes.every((child, i) => isHeld(child, run[i] as TraceSpan))
      : assign(group, run, isHeld).size === group.nodes.length;
    if (!isMet) return false;
    start += group.nodes.length;
  }
  return true;
}

/**
 * Gives as many nodes of the group as possible a span of their own: a maximum matching, found by augmenting paths.
 * Breadth first, so that no path is too long for the stack.
 */
export function assign(
  { nodes }: Pick<Group, "nodes">,
  spans: readonly TraceSpan[],
  isHeld: (node: TreeNode, span: TraceSpan) => boolean,
): Map<TreeNode, TraceSpan> {
  const spanOf = new Map<TreeNode, TraceSpan>();
  const nodeOf = new Map<TraceSpan, TreeNode>();
  let firstFree = 0;
  for (const start of nodes) {
    // Equal spans in a row are the common case: the first that is free mostly will do.
    while (firstFree < spans.length && nodeOf.has(spans[firstFree] as TraceSpan)) firstFree++;
    const first = spans[firstFree];
    if (first !== undefined && isHeld(start, first)) {
      spanOf.set(start, first);
      nodeOf.set(first, start);
      continue;
    }
    const cameFrom = new Map<TraceSpan, TreeNode>();
    const queue = [start];
    let free: TraceSpan | undefined;
    for (const node of queue) {
      for (const span of spans) {
        if (cameFrom.has(span) || !isHeld(node, span)) continue;
        cameFrom.set(span, node);
        const holder = nodeOf.get(span);
        if (holder === undefined) free = span;
        else queue.push(holder);
        if (free !== undefined) break;
      }
      if (free !== undefined) break;
    }
    while (free !== undefined) {
      const node: TreeNode = cameFrom.get(free) as TreeNode;
      const before = spanOf.get(node);
      spanOf.set(node, free);
      nodeOf.set(free, node);
      free = node === start ? undefined : before;
    }
  }
  return spanOf;
}
