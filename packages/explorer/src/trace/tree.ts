// Spans → a tree laid out in drawing order. Follows api/ and precedes rows.ts. Iterative and linear in the number of
// spans, whatever their shape: deep, wide, without parents, with the same id twice, in a circle.
import type { Span } from "./model.ts";

/**
 * Why a span stands where it does although its parent id says otherwise.
 * - `orphan`: its parent is not in the trace (not yet arrived, or dropped)
 * - `cycle`: its parents lead back to itself; it was made a root to break the circle
 * - `duplicate`: an earlier span has the same id; children hang below that one
 */
export type Flaw = "orphan" | "cycle" | "duplicate";

/**
 * Every array is indexed by position: the place of a span when the whole tree is drawn, parents before children,
 * siblings by start. A subtree is the contiguous run of positions from a span to `subtreeEnd`.
 */
export interface Tree {
  readonly spans: readonly Span[];
  /** Roots have 0. */
  readonly depth: Uint32Array;
  /** Position of the parent, -1 for roots. */
  readonly parent: Int32Array;
  /** One past the position of the last descendant. */
  readonly subtreeEnd: Uint32Array;
  readonly flaws: ReadonlyMap<number, Flaw>;
  /** Of the span with this key, undefined where there is none. The first call takes a pass over all spans. */
  readonly positionOf: (key: string) => number | undefined;
}

const NONE = -1;

/** @param spans in the order siblings shall have; keys must be unique. Nothing of it is changed. */
export function buildTree(spans: readonly Span[]): Tree {
  const count = spans.length;
  const links = linkChildren(spans);
  const order: Span[] = [];
  const depth = new Uint32Array(count);
  const parent = new Int32Array(count).fill(NONE);
  const subtreeEnd = new Uint32Array(count);
  const flaws = new Map<number, Flaw>();
  const positionOf = new Int32Array(count).fill(NONE);

  const place = (root: number, flaw: Flaw | undefined): void => {
    const stack = [root];
    const parentOf = [NONE];
    while (stack.length > 0) {
      const index = stack.pop() as number;
      const above = parentOf.pop() as number;
      if (positionOf[index] !== NONE) continue;
      const position = order.length;
      positionOf[index] = position;
      order.push(spans[index] as Span);
      parent[position] = above;
      depth[position] = above === NONE ? 0 : (depth[above] as number) + 1;
      if (links.isDuplicate[index]) flaws.set(position, "duplicate");
      if (index === root && flaw !== undefined) flaws.set(position, flaw);
      // Last child first, so that the first is popped next.
      for (
        let child = links.lastChild[index] as number;
        child !== NONE;
        child = links.previous[child] as number
      ) {
        stack.push(child);
        parentOf.push(position);
      }
    }
  };

  for (let index = 0; index < count; index++) {
    if (links.parent[index] !== NONE) continue;
    place(index, (spans[index] as Span).parentSpanId === "" ? undefined : "orphan");
  }
  // What no root leads to is part of a circle, or hangs below one.
  for (const index of cycleEntries(links.parent, positionOf)) place(index, "cycle");

  for (let position = count - 1; position >= 0; position--) {
    const end = Math.max(subtreeEnd[position] as number, position + 1);
    subtreeEnd[position] = end;
    const above = parent[position] as number;
    if (above !== NONE) subtreeEnd[above] = Math.max(subtreeEnd[above] as number, end);
  }
  return { spans: order, depth, parent, subtreeEnd, flaws, positionOf: positionsByKey(order) };
}

function positionsByKey(spans: readonly Span[]): Tree["positionOf"] {
  let positions: Map<string, number> | undefined;
  return (key) => {
    if (positions === undefined) {
      positions = new Map();
      for (const [position, span] of spans.entries()) positions.set(span.key, position);
    }
    return positions.get(key);
  };
}

interface Links {
  parent: Int32Array;
  lastChild: Int32Array;
  previous: Int32Array;
  isDuplicate: Uint8Array;
}

/** Children as linked lists over indexes of `spans`, so that no span needs an array of its own. */
function linkChildren(spans: readonly Span[]): Links {
  const count = spans.length;
  const parent = new Int32Array(count).fill(NONE);
  const lastChild = new Int32Array(count).fill(NONE);
  const previous = new Int32Array(count).fill(NONE);
  const isDuplicate = new Uint8Array(count);
  const firstWithId = new Map<string, number>();
  spans.forEach((span, index) => {
    if (firstWithId.has(span.spanId)) isDuplicate[index] = 1;
    else firstWithId.set(span.spanId, index);
  });
  spans.forEach((span, index) => {
    if (span.parentSpanId === "") return;
    const above = firstWithId.get(span.parentSpanId);
    if (above === undefined) return;
    parent[index] = above;
    previous[index] = lastChild[above] as number;
    lastChild[above] = index;
  });
  return { parent, lastChild, previous, isDuplicate };
}

/** The earliest span of each circle among the spans without a position. Each span is walked over once. */
function cycleEntries(parent: Int32Array, positionOf: Int32Array): number[] {
  const walk = new Int32Array(parent.length).fill(NONE);
  const entries: number[] = [];
  for (let start = 0; start < parent.length; start++) {
    if (positionOf[start] !== NONE || walk[start] !== NONE) continue;
    let at = start;
    while (walk[at] === NONE) {
      walk[at] = start;
      at = parent[at] as number;
    }
    if (walk[at] !== start) continue;
    let earliest = at;
    for (let next = parent[at] as number; next !== at; next = parent[next] as number) {
      earliest = Math.min(earliest, next);
    }
    entries.push(earliest);
  }
  return entries;
}
