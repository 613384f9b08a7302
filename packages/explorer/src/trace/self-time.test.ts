import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { madeUpSpan, tangledSpans } from "./made-up.fixture.ts";
import type { Span } from "./model.ts";
import type { Product } from "./product.ts";
import { selfTimes } from "./self-time.ts";
import { nanos } from "./time.ts";
import { buildTree, type Tree } from "./tree.ts";

/** When the span and all that it has started within its invocation are over. */
function endOf(tree: Tree, position: number): number {
  const span = tree.spans[position] as Span;
  const below = tree.spans
    .map((child, at) => ({ child, at }))
    .filter(({ child, at }) => tree.parent[at] === position && child.product !== "Invocation");
  return Math.max(span.start + span.duration, ...below.map(({ at }) => endOf(tree, at)));
}

/** The definition, nanosecond by nanosecond: the times of the span in which no child, nor what it started, is under way. */
function byDefinition(tree: Tree, position: number): number {
  const span = tree.spans[position] as Span;
  const children = tree.spans
    .map((child, at) => ({ start: child.start, end: endOf(tree, at), parent: tree.parent[at] }))
    .filter(({ parent }) => parent === position);
  let self = 0;
  for (let time = span.start as number; time < span.start + span.duration; time++) {
    if (!children.some(({ start, end }) => start <= time && time < end)) self++;
  }
  return self;
}

const make = (
  spanId: string,
  parentSpanId: string,
  start: number,
  duration: number,
  product: Product = "Custom",
) => madeUpSpan({ spanId, parentSpanId, start: nanos(start), duration: nanos(duration), product });

describe("selfTimes", () => {
  it("is the time in which nothing below is under way", () => {
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
    const spans = [make("a", "", 0, 10), make("b", "a", 1, 5), make("c", "a", 4, 4)];
    expect([...selfTimes(buildTree(spans))]).toEqual([3, 5, 4]);
  });

  it("is not the work that goes on after a child has ended", () => {
    const spans = [make("root", "", 0, 40), make("handle", "root", 0, 10), make("put", "handle", 8, 30)];
    expect([...selfTimes(buildTree(spans))]).toEqual([2, 8, 30]);
  });

  it("is time in which another Worker works on after its answer", () => {
    const spans = [
      make("root", "", 0, 40),
      make("fetch", "root", 0, 10),
      make("other", "fetch", 1, 30, "Invocation"),
    ];
    expect([...selfTimes(buildTree(spans))]).toEqual([30, 1, 30]);
  });
});
