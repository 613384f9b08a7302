// Two traces beside each other, aligned by structure: what has the same name in the same service under the same stack of
// names is the same step, however often it ran and in whatever order. The roots are the same step by whatever names, where
// each trace has one: `GET /orders/1` and `GET /orders/2`.
import type { FlameNode } from "./flame.ts";
import { type Nanos, nanos } from "./time.ts";

export interface StepSide {
  readonly spans: number;
  readonly errors: number;
  /** Durations of its spans, added up. */
  readonly duration: Nanos;
}

export interface ComparedStep {
  readonly name: string;
  /** Where the second trace calls it by another. */
  readonly otherName: string | undefined;
  readonly service: string;
  readonly product: FlameNode["product"];
  readonly depth: number;
  /** Undefined where the trace has no such step. */
  readonly before: StepSide | undefined;
  readonly after: StepSide | undefined;
  /** Duration after minus duration before; a step that is missing took none. */
  readonly change: Nanos;
}

/**
 * Steps in drawing order: parents before children, siblings in the order of the first trace, those that only the second
 * has behind them.
 */
export function compareTraces(before: readonly FlameNode[], after: readonly FlameNode[]): ComparedStep[] {
  const merged: MergedStep[] = [];
  const known = new Map<string, number>();
  const areRootsOne = [before, after].every((nodes) => nodes.filter(({ parent }) => parent < 0).length === 1);
  add(before, "before", merged, known, areRootsOne);
  add(after, "after", merged, known, areRootsOne);
  return inDrawingOrder(merged).map(({ node, before: one, after: other }) => ({
    name: node.name,
    otherName: other === undefined || other.name === node.name ? undefined : other.name,
    service: node.service,
    product: node.product,
    depth: node.depth,
    before: sideOf(one),
    after: sideOf(other),
    change: nanos((other?.duration ?? 0) - (one?.duration ?? 0)),
  }));
}

interface MergedStep {
  /** Of whichever trace had it first. */
  readonly node: FlameNode;
  /** Index among the merged, -1 on the first level. */
  readonly parent: number;
  before?: FlameNode;
  after?: FlameNode;
}

function add(
  nodes: readonly FlameNode[],
  side: "before" | "after",
  merged: MergedStep[],
  known: Map<string, number>,
  areRootsOne: boolean,
): void {
  const indexOf = new Int32Array(nodes.length);
  nodes.forEach((node, at) => {
    const parent = node.parent < 0 ? -1 : (indexOf[node.parent] as number);
    const key = parent < 0 && areRootsOne ? "root" : `${parent}\n${node.service}\n${node.name}`;
    let index = known.get(key);
    if (index === undefined) {
      index = merged.length;
      known.set(key, index);
      merged.push({ node, parent });
    }
    (merged[index] as MergedStep)[side] = node;
    indexOf[at] = index;
  });
}

/** Iterative: a trace may be thousands of levels deep. */
function inDrawingOrder(merged: readonly MergedStep[]): MergedStep[] {
  const children = Map.groupBy(merged.keys(), (index) => (merged[index] as MergedStep).parent);
  const ordered: MergedStep[] = [];
  const stack = (children.get(-1) ?? []).toReversed();
  for (let index = stack.pop(); index !== undefined; index = stack.pop()) {
    ordered.push(merged[index] as MergedStep);
    for (const child of (children.get(index) ?? []).toReversed()) stack.push(child);
  }
  return ordered;
}

const sideOf = (node: FlameNode | undefined): StepSide | undefined =>
  node && { spans: node.spans, errors: node.errors, duration: node.duration };
