// The flame graph: spans of one name under one stack of names become one box, as wide as the time that was spent in them
// and below them. Time counts where it was spent itself, so that calls side by side add up and a box is never narrower
// than what stands on it.
import type { Product } from "./product.ts";
import { type Nanos, nanos } from "./time.ts";
import type { Tree } from "./tree.ts";

export interface FlameNode {
  readonly name: string;
  readonly service: string;
  readonly product: Product;
  /** 0 for the first level below the trace. */
  readonly depth: number;
  /** Index of the node below which it stands, -1 on the first level. */
  readonly parent: number;
  /** Self time of all its spans and of those below. */
  time: Nanos;
  self: Nanos;
  /** Durations of its spans, added up. */
  duration: Nanos;
  spans: number;
  errors: number;
}

/** Parents before their children. @param self self times by position */
export function flameNodes(tree: Tree, self: Float64Array): FlameNode[] {
  const nodes: FlameNode[] = [];
  const nodeOf = new Int32Array(tree.spans.length);
  const known = new Map<string, number>();
  tree.spans.forEach((span, position) => {
    const above = tree.parent[position] as number;
    const parent = above < 0 ? -1 : (nodeOf[above] as number);
    const key = `${parent}\n${span.service}\n${span.name}`;
    let index = known.get(key);
    if (index === undefined) {
      index = nodes.length;
      known.set(key, index);
      const depth = parent < 0 ? 0 : (nodes[parent] as FlameNode).depth + 1;
      const { title, service, product } = span;
      const name = span.name.trim() === "" ? title : span.name;
      nodes.push({
        name,
        service,
        product,
        depth,
        parent,
        time: nanos(0),
        self: nanos(0),
        duration: nanos(0),
        spans: 0,
        errors: 0,
      });
    }
    nodeOf[position] = index;
    const node = nodes[index] as FlameNode;
    node.self = nanos(node.self + (self[position] ?? 0));
    node.duration = nanos(node.duration + span.duration);
    node.spans++;
    if (span.status === "error") node.errors++;
  });
  for (let index = nodes.length - 1; index >= 0; index--) {
    const node = nodes[index] as FlameNode;
    node.time = nanos(node.time + node.self);
    const parent = nodes[node.parent];
    if (parent !== undefined) parent.time = nanos(parent.time + node.time);
  }
  return nodes;
}

export interface FlameBox {
  readonly node: FlameNode;
  readonly index: number;
  /** Fractions of the width. */
  readonly left: number;
  readonly width: number;
}

/**
 * Boxes by level, each level from left to right, siblings in the order they first ran.
 * @param focus the node that takes the whole width, its ancestors above it; -1 for all
 * @param minWidth boxes narrower than this fraction are left out, with all below them
 */
export function flameBoxes(nodes: readonly FlameNode[], focus: number, minWidth: number): FlameBox[][] {
  const levels: FlameBox[][] = [];
  const lefts = new Float64Array(nodes.length).fill(-1);
  const nextLeft = new Float64Array(nodes.length);
  const ancestors = new Set<number>();
  for (let at = focus; at >= 0; at = nodes[at]?.parent ?? -1) ancestors.add(at);
  const whole =
    focus >= 0
      ? (nodes[focus]?.time ?? 0)
      : nodes.reduce((sum, { parent, time }) => (parent < 0 ? sum + time : sum), 0);
  let rootLeft = 0;
  nodes.forEach((node, index) => {
    const isAncestor = ancestors.has(index);
    if (focus >= 0 && !isAncestor && (index < focus || (lefts[node.parent] ?? -1) < 0)) return;
    // Beside an ancestor of the focus, and therefore outside of what is shown.
    if (!isAncestor && node.parent !== focus && ancestors.has(node.parent)) return;
    const width = isAncestor ? 1 : whole > 0 ? node.time / whole : 0;
    const left = isAncestor ? 0 : node.parent < 0 ? rootLeft : (nextLeft[node.parent] as number);
    if (node.parent < 0) rootLeft += isAncestor ? 0 : width;
    else if (!isAncestor) nextLeft[node.parent] = left + width;
    const isParentShown = node.parent < 0 || (lefts[node.parent] as number) >= 0;
    if (width < minWidth || !isParentShown) return;
    lefts[index] = left;
    nextLeft[index] = left;
    let level = levels[node.depth];
    if (level === undefined) {
      level = [];
      levels[node.depth] = level;
    }
    level.push({ node, index, left, width });
  });
  for (const level of levels) level?.sort((a, b) => a.left - b.left);
  return levels;
}
