import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { madeUpSpan, tangledSpans } from "./made-up.fixture.ts";
import type { Span } from "./model.ts";
import { buildTree } from "./tree.ts";

const MANY = 100_000;
const names = (spans: readonly Span[]): string[] => spans.map((span) => span.key);
const chain = (parentOf: (index: number) => number): Span[] =>
  Array.from({ length: MANY }, (_, index) => {
    const parent = parentOf(index);
    return madeUpSpan({ spanId: String(index), parentSpanId: parent < 0 ? "" : String(parent) });
  });

describe("buildTree", () => {
  it("has every span exactly once, whatever the tangle", () => {
    fc.assert(
      fc.property(tangledSpans, (spans) => {
        const tree = buildTree(spans);
        expect(names(tree.spans).sort()).toEqual(names(spans).sort());
        tree.spans.forEach(({ key }, position) => {
          expect(tree.positionOf(key)).toBe(position);
        });
      }),
    );
  });

  it("has parents before children, one level above, around a contiguous subtree", () => {
    fc.assert(
      fc.property(tangledSpans, (spans) => {
        const { parent, depth, subtreeEnd } = buildTree(spans);
        parent.forEach((above, position) => {
          if (above < 0) {
            expect(depth[position]).toBe(0);
            return;
          }
          expect(above).toBeLessThan(position);
          expect(depth[position]).toBe((depth[above] as number) + 1);
          expect(subtreeEnd[position]).toBeLessThanOrEqual(subtreeEnd[above] as number);
          expect(position).toBeLessThan(subtreeEnd[above] as number);
        });
      }),
    );
  });

  it("follows the parent id unless it marks why not", () => {
    fc.assert(
      fc.property(tangledSpans, (spans) => {
        const { spans: placed, parent, flaws } = buildTree(spans);
        placed.forEach((span, position) => {
          const above = placed[parent[position] as number];
          if (above !== undefined) expect(above.spanId).toBe(span.parentSpanId);
          else if (span.parentSpanId !== "") expect(flaws.get(position)).toMatch(/orphan|cycle/);
        });
      }),
    );
  });

  it("has siblings in order of start", () => {
    fc.assert(
      fc.property(tangledSpans, (spans) => {
        const { spans: placed, parent } = buildTree(spans);
        const lastStart = new Map<number, number>();
        parent.forEach((above, position) => {
          if (above < 0) return;
          const start = placed[position]?.start as number;
          expect(start).toBeGreaterThanOrEqual(lastStart.get(above) ?? 0);
          lastStart.set(above, start);
        });
      }),
    );
  });

  it("takes children that come before their parents", () => {
    const tree = buildTree([madeUpSpan({ spanId: "b", parentSpanId: "a" }), madeUpSpan({ spanId: "a" })]);
    expect(names(tree.spans)).toEqual(["a", "b"]);
    expect(tree.flaws.size).toBe(0);
  });

  it("marks an orphan, the entry of a circle, and the second span of an id", () => {
    const tree = buildTree([
      madeUpSpan({ key: "lost", spanId: "lost", parentSpanId: "nobody" }),
      madeUpSpan({ key: "x", spanId: "x", parentSpanId: "y" }),
      madeUpSpan({ key: "y", spanId: "y", parentSpanId: "x" }),
      madeUpSpan({ key: "self", spanId: "self", parentSpanId: "self" }),
      madeUpSpan({ key: "twice", spanId: "twice" }),
      madeUpSpan({ key: "twice~2", spanId: "twice" }),
    ]);
    const flaws = Object.fromEntries(
      [...tree.flaws].map(([position, flaw]) => [tree.spans[position]?.key, flaw]),
    );
    expect(flaws).toEqual({ lost: "orphan", x: "cycle", self: "cycle", "twice~2": "duplicate" });
  });

  it("enters a circle at its earliest span, also where an earlier one hangs below it", () => {
    const tree = buildTree([
      madeUpSpan({ spanId: "tail", parentSpanId: "y" }),
      madeUpSpan({ spanId: "x", parentSpanId: "y" }),
      madeUpSpan({ spanId: "y", parentSpanId: "x" }),
    ]);
    expect(names(tree.spans)).toEqual(["x", "y", "tail"]);
  });

  it.each([
    ["deep", (index: number) => index - 1],
    ["deep, children first", (index: number) => (index === MANY - 1 ? -1 : index + 1)],
    ["wide", (index: number) => (index === 0 ? -1 : 0)],
    ["one circle", (index: number) => (index + 1) % MANY],
    ["all orphans", () => MANY + 1],
  ])("builds 100,000 spans: %s", (_, parentOf) => {
    const spans = chain(parentOf);
    const started = performance.now();
    const tree = buildTree(spans);
    // Some 50 ms here; anything quadratic takes minutes.
    expect(performance.now() - started).toBeLessThan(20_000);
    expect(tree.spans.length).toBe(MANY);
  });
});
