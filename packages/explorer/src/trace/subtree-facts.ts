// What each row says of the spans below it, and of how it fits its parent. One pass from the leaves up.
import type { Span } from "./model.ts";
import type { Rows } from "./rows.ts";
import { type Nanos, nanos } from "./time.ts";
import type { Tree } from "./tree.ts";

export interface SubtreeFacts {
  /** When the last of the span and all below it ends, by position. */
  readonly latestEnd: Float64Array;
  /** 1 where a span below has failed; the span itself does not count. */
  readonly hasErrorBelow: Uint8Array;
}

export function subtreeFacts(tree: Tree): SubtreeFacts {
  const count = tree.spans.length;
  const latestEnd = new Float64Array(count);
  const hasErrorBelow = new Uint8Array(count);
  for (let position = count - 1; position >= 0; position--) {
    const span = tree.spans[position] as Span;
    const end = Math.max(latestEnd[position] as number, span.start + span.duration);
    latestEnd[position] = end;
    const above = tree.parent[position] as number;
    if (above < 0) continue;
    latestEnd[above] = Math.max(latestEnd[above] as number, end);
    if (span.status === "error" || hasErrorBelow[position] === 1) hasErrorBelow[above] = 1;
  }
  return { latestEnd, hasErrorBelow };
}

/** The first span that failed with none below it that did: where the trouble began. */
export function firstCause(tree: Tree): Span | undefined {
  let failed: number | undefined;
  for (let position = 0; position < tree.spans.length; position++) {
    if (failed !== undefined && position >= (tree.subtreeEnd[failed] as number)) break;
    if (tree.spans[position]?.status === "error") failed = position;
  }
  return failed === undefined ? undefined : tree.spans[failed];
}

/** How long before its parent a span begins: the clocks of two machines differ. 0 where it does not. */
export function skewOf(tree: Tree, position: number): Nanos {
  const parent = tree.spans[tree.parent[position] as number];
  const span = tree.spans[position];
  if (parent === undefined || span === undefined) return nanos(0);
  return nanos(Math.max(0, parent.start - span.start));
}

/** Positions from the root down to the parent; the nearest `atMost` of them. */
export function ancestorsOf(tree: Tree, position: number, atMost = Number.POSITIVE_INFINITY): number[] {
  const ancestors: number[] = [];
  let above = tree.parent[position] ?? -1;
  for (; above >= 0 && ancestors.length < atMost; above = tree.parent[above] as number) ancestors.push(above);
  return ancestors.reverse();
}

/**
 * Ancestors to show above the rows once they have been scrolled away: those of the first row that they do not cover.
 * @param first the topmost row in sight
 */
export function stuckAncestors(tree: Tree, rows: Rows, first: number, atMost: number): number[] {
  for (let covered = 0; ; covered++) {
    const position = rows[Math.min(first + covered, rows.length - 1)];
    const ancestors = position === undefined ? [] : ancestorsOf(tree, position, atMost);
    if (ancestors.length <= covered) return ancestors;
  }
}
