import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { wholeRange } from "./geometry.ts";
import { madeUpSpan, tangledSpans } from "./made-up.fixture.ts";
import { minimapOf } from "./minimap.ts";
import { nanos } from "./time.ts";
import { buildTree } from "./tree.ts";

describe("minimapOf", () => {
  it("has a pixel for every span, and none where there is no span", () => {
    fc.assert(
      fc.property(
        tangledSpans,
        fc.integer({ min: 1, max: 80 }),
        fc.integer({ min: 1, max: 20 }),
        (spans, columns, height) => {
          const tree = buildTree(spans);
          const whole = wholeRange(nanos(1_500));
          const { lines, runs } = minimapOf(tree, whole, columns, height);
          const filled = new Set(
            runs.flatMap(({ line, from, to }) =>
              Array.from({ length: to - from }, (_, index) => `${line}:${from + index}`),
            ),
          );
          const expected = new Set<string>();
          tree.spans.forEach(({ start, duration }, position) => {
            const line = Math.floor((position * lines) / spans.length);
            const first = Math.min(columns - 1, Math.floor((start / 1_500) * columns));
            const last = Math.max(
              first + 1,
              Math.min(columns, Math.ceil(((start + duration) / 1_500) * columns)),
            );
            for (let column = first; column < last; column++) expected.add(`${line}:${column}`);
          });
          expect(filled).toEqual(expected);
        },
      ),
    );
  });

  it("shows an error wherever it lies among others", () => {
    const tree = buildTree([
      madeUpSpan({ spanId: "a", duration: nanos(100) }),
      madeUpSpan({ spanId: "b", parentSpanId: "a", start: nanos(50), duration: nanos(10), status: "error" }),
    ]);
    expect(minimapOf(tree, wholeRange(nanos(100)), 10, 1).runs).toEqual([
      { line: 0, from: 0, to: 5, isError: false },
      { line: 0, from: 5, to: 6, isError: true },
      { line: 0, from: 6, to: 10, isError: false },
    ]);
  });
});
