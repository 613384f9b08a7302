// How long each span was at work itself: its duration without the stretches in which a child ran.
import type { Span } from "./model.ts";
import { type Nanos, nanos } from "./time.ts";
import type { Tree } from "./tree.ts";

/**
 * Self time in nanoseconds by position. Children that overlap count once, and only inside their parent: a child that
 * outlives it takes nothing from what came after. Relies on siblings being in order of start, as the tree has them.
 */
export function selfTimes(tree: Tree): Float64Array {
  const self = new Float64Array(tree.spans.length);
  const coveredUntil = new Float64Array(tree.spans.length);
  tree.spans.forEach((span, position) => {
    self[position] = span.duration;
    coveredUntil[position] = span.start;
    const above = tree.parent[position] as number;
    if (above < 0) return;
    const parent = tree.spans[above] as Span;
    const from = Math.max(span.start, coveredUntil[above] as number);
    const until = Math.min(span.start + span.duration, parent.start + parent.duration);
    if (until <= from) return;
    self[above] = (self[above] as number) - (until - from);
    coveredUntil[above] = until;
  });
  return self;
}

export const selfTimeAt = (self: Float64Array, position: number): Nanos => nanos(self[position] ?? 0);
