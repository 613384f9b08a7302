// Errors of which the caller of the invocation heard nothing: caught, and the invocation ended well. A call that was tried
// again and then succeeded is not one.
import type { Span } from "../model.ts";
import { nanos } from "../time.ts";
import type { Tree } from "../tree.ts";
import type { Insight, InsightInput } from "./insight.ts";

export function findSwallowedErrors({ tree, calls }: InsightInput): Insight[] {
  const targets = new Map(calls.map(({ position, store, target }) => [position, `${store}\n${target}`]));
  const swallowed: number[] = [];
  tree.spans.forEach((span, position) => {
    if (span.status !== "error") return;
    const parent = tree.spans[tree.parent[position] as number];
    // Only where the error stopped: above it everything went well.
    if (parent === undefined || parent.status === "error" || span.product === "Invocation") return;
    if (hasFailedAbove(tree, position) || wasTriedAgain(tree, position, targets)) return;
    swallowed.push(position);
  });
  return [...Map.groupBy(swallowed, (position) => (tree.spans[position] as Span).name)].map(
    ([name, positions]) => {
      const { title, statusMessage } = tree.spans[positions[0] as number] as Span;
      const times = positions.length === 1 ? "" : ` ${positions.length} times`;
      return {
        kind: "swallowed-error",
        title: `${name === "" ? title : name} failed${times}${statusMessage === "" ? "" : ` (${statusMessage})`}, and the invocation ended as if it had not`,
        advice:
          "If it was caught on purpose, this is fine. If not, whoever called got an answer that may be wrong.",
        evidence: positions,
        win: nanos(0),
      };
    },
  );
}

/** Somewhere above, up to the root of its invocation. */
function hasFailedAbove({ spans, parent }: Tree, position: number): boolean {
  for (let above = parent[position] as number; above >= 0; above = parent[above] as number) {
    const span = spans[above] as Span;
    if (span.status === "error") return true;
    if (span.product === "Invocation") return false;
  }
  return false;
}

/** A later sibling of the same name, about the same thing, went well. */
function wasTriedAgain(tree: Tree, position: number, targets: ReadonlyMap<number, string>): boolean {
  const { spans, parent, subtreeEnd } = tree;
  const span = spans[position] as Span;
  const end = subtreeEnd[parent[position] as number] as number;
  for (let next = subtreeEnd[position] as number; next < end; next = subtreeEnd[next] as number) {
    const other = spans[next] as Span;
    if (other.name === span.name && other.status !== "error" && targets.get(next) === targets.get(position))
      return true;
  }
  return false;
}
