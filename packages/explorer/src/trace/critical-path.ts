// The critical path: at every moment of a request the one span that it was waiting for. Shorten what lies on it and the
// request gets shorter; shorten anything else and it does not.
import type { Span } from "./model.ts";
import { type Nanos, nanos, type TimeRange } from "./time.ts";
import type { Tree } from "./tree.ts";

/** Stretches by position, each list in order of time; positions that are nowhere on the path are missing. */
export type CriticalPath = ReadonlyMap<number, readonly TimeRange[]>;

const endOf = (span: Span): number => span.start + span.duration;

/**
 * Of each root on its own: its stretches cover the root from start to end once, without gap or overlap.
 *
 * Walks back from the root's end: what ended last before a moment is what was waited for until then. A child that ends
 * after its parent was not waited for, nor is one that overlaps a later sibling that was.
 */
export function criticalPath(tree: Tree): CriticalPath {
  const children = childrenByEnd(tree);
  const path = new Map<number, TimeRange[]>();
  const add = (position: number, start: number, end: number): void => {
    if (end <= start) return;
    const stretch = { start: nanos(start), end: nanos(end) };
    const stretches = path.get(position);
    if (stretches === undefined) path.set(position, [stretch]);
    else stretches.push(stretch);
  };
  /** `until`: the moment up to which the span is still to be walked through; `next`: its child to look at. */
  interface Frame {
    readonly position: number;
    readonly from: number;
    until: number;
    next: number;
  }
  for (let root = 0; root < tree.spans.length; root = tree.subtreeEnd[root] as number) {
    const span = tree.spans[root] as Span;
    const stack: Frame[] = [
      { position: root, from: span.start, until: endOf(span), next: children.last(root) },
    ];
    while (stack.length > 0) {
      const frame = stack.at(-1) as Frame;
      const child = frame.until > frame.from ? frame.next : NONE;
      if (child === NONE) {
        add(frame.position, frame.from, frame.until);
        stack.pop();
        continue;
      }
      frame.next = children.before(child);
      const { start, duration } = tree.spans[child] as Span;
      const end = start + duration;
      if (end > frame.until || duration === 0 || end <= frame.from) continue;
      add(frame.position, end, frame.until);
      const from = Math.max(start, frame.from);
      frame.until = from;
      stack.push({ position: child, from, until: end, next: children.last(child) });
    }
  }
  for (const stretches of path.values()) stretches.reverse();
  return path;
}

const NONE = -1;

interface Children {
  /** The child that ends last, and from each the sibling that ends before it; -1 for none. */
  last(position: number): number;
  before(child: number): number;
}

function childrenByEnd({ spans, parent }: Tree): Children {
  const byEnd = Uint32Array.from(spans.keys()).sort(
    (a, b) => endOf(spans[a] as Span) - endOf(spans[b] as Span) || a - b,
  );
  const last = new Int32Array(spans.length).fill(NONE);
  const before = new Int32Array(spans.length).fill(NONE);
  for (const position of byEnd) {
    const above = parent[position] as number;
    if (above < 0) continue;
    before[position] = last[above] as number;
    last[above] = position;
  }
  return {
    last: (position) => last[position] as number,
    before: (child) => before[child] as number,
  };
}

/** How much of the time on the path each position has, in nanoseconds. */
export const timeOnPath = (stretches: readonly TimeRange[] | undefined): Nanos =>
  nanos((stretches ?? []).reduce((sum, { start, end }) => sum + end - start, 0));
