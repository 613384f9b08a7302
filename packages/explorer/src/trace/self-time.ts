// How long each span was at work itself: its duration without the stretches in which something below it was.
import type { Span } from "./model.ts";
import { type Nanos, nanos } from "./time.ts";
import type { Tree } from "./tree.ts";

/**
 * Self time in nanoseconds by position. Children that overlap count once, and only inside their parent. What a span has
 * started goes on after its end when nobody awaits it (`ctx.waitUntil`), and is still not the work of what stands above
 * it. That ends with the invocation: what another Worker does after it has answered takes nothing from its caller.
 * Relies on siblings being in order of start, as the tree has them.
 */
export function selfTimes(tree: Tree): Float64Array {
  const self = new Float64Array(tree.spans.length);
  const coveredUntil = new Float64Array(tree.spans.length);
  const ends = lastingEnds(tree);
  tree.spans.forEach((span, position) => {
    self[position] = span.duration;
    coveredUntil[position] = span.start;
    const above = tree.parent[position] as number;
    if (above < 0) return;
    const parent = tree.spans[above] as Span;
    const from = Math.max(span.start, coveredUntil[above] as number);
    const until = Math.min(ends[position] as number, parent.start + parent.duration);
    if (until <= from) return;
    self[above] = (self[above] as number) - (until - from);
    coveredUntil[above] = until;
  });
  return self;
}

export const selfTimeAt = (self: Float64Array, position: number): Nanos => nanos(self[position] ?? 0);

/** When the last of a span and of all below it in the same invocation ends, by position. */
function lastingEnds(tree: Tree): Float64Array {
  const ends = new Float64Array(tree.spans.length);
  for (let position = tree.spans.length - 1; position >= 0; position--) {
    const span = tree.spans[position] as Span;
    ends[position] = Math.max(ends[position] as number, span.start + span.duration);
    const above = tree.parent[position] as number;
    if (above >= 0 && span.product !== "Invocation") {
      ends[above] = Math.max(ends[above] as number, ends[position] as number);
    }
  }
  return ends;
}
