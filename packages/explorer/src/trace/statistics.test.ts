import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { madeUpSpan, tangledSpans } from "./made-up.fixture.ts";
import { selfTimes } from "./self-time.ts";
import { operationStatistics } from "./statistics.ts";
import { nanos } from "./time.ts";
import { buildTree } from "./tree.ts";

const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);

describe("operationStatistics", () => {
  it("counts every span once, and adds up to what all spans add up to", () => {
    const named = fc
      .tuple(tangledSpans, fc.array(fc.constantFrom("a", "b", "c"), { minLength: 60, maxLength: 60 }))
      .map(([spans, names]) => spans.map((span, index) => ({ ...span, name: names[index] as string })));
    fc.assert(
      fc.property(named, (spans) => {
        const tree = buildTree(spans);
        const self = selfTimes(tree);
        const rows = operationStatistics(tree, self);
        expect(sum(rows.map(({ count }) => count))).toBe(spans.length);
        expect(sum(rows.map(({ total }) => total))).toBe(sum(spans.map(({ duration }) => duration)));
        expect(sum(rows.map((row) => row.self))).toBe(sum(self));
        for (const { name, count, p95, longest, longestKey } of rows) {
          const durations = spans.filter((span) => span.name === name).map(({ duration }) => duration);
          expect(durations.filter((duration) => duration <= p95).length).toBeGreaterThanOrEqual(0.95 * count);
          expect(durations.filter((duration) => duration < p95).length).toBeLessThan(0.95 * count);
          expect(Math.max(...durations)).toBe(longest);
          expect(tree.spans[tree.positionOf(longestKey) as number]?.duration).toBe(longest);
        }
      }),
    );
  });

  it("keeps services apart, and has what took most itself on top", () => {
    const tree = buildTree([
      madeUpSpan({ spanId: "a", name: "get", service: "x", duration: nanos(5) }),
      madeUpSpan({ spanId: "b", name: "get", service: "y", duration: nanos(9), status: "error" }),
    ]);
    const rows = operationStatistics(tree, selfTimes(tree));
    expect(rows.map(({ service, errors, self }) => [service, errors, self])).toEqual([
      ["y", 1, 9],
      ["x", 0, 5],
    ]);
  });
});
