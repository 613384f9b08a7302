import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { madeUpSpan, tangledSpans } from "./made-up.fixture.ts";
import { selfTimes } from "./self-time.ts";
import { nanos } from "./time.ts";
import { buildTree, type Tree } from "./tree.ts";

/** The definition, nanosecond by nanosecond: the times of the parent in which no child runs. */
function byDefinition(tree: Tree, position: number): number {
  const span = tree.spans[position];
  if (span === undefined) return 0;
  const children = tree.spans.filter((_, at) => tree.parent[at] === position);
  let self = 0;
  for (let time = span.start as number; time < span.start + span.duration; time++) {
    if (!children.some((child) => child.start <= time && time < child.start + child.duration)) self++;
  }
  return self;
}

describe("selfTimes", () => {
  it("is the time in which no child runs", () => {
    fc.assert(
      fc.property(tangledSpans, (spans) => {
        const tree = buildTree(spans);
        const expected = tree.spans.map((_, position) => byDefinition(tree, position));
        expect([...selfTimes(tree)]).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  it("counts children that overlap once", () => {
    const make = (spanId: string, start: number, duration: number) =>
      madeUpSpan({
        spanId,
        parentSpanId: spanId === "a" ? "" : "a",
        start: nanos(start),
        duration: nanos(duration),
      });
    expect([...selfTimes(buildTree([make("a", 0, 10), make("b", 1, 5), make("c", 4, 4)]))]).toEqual([
      3, 5, 4,
    ]);
  });
});
