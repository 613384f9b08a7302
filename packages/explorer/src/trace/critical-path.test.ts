import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { criticalPath, timeOnPath } from "./critical-path.ts";
import { madeUpSpan, tangledSpans } from "./made-up.fixture.ts";
import type { Span } from "./model.ts";
import { nanos } from "./time.ts";
import { buildTree } from "./tree.ts";

const span = (spanId: string, parentSpanId: string, start: number, end: number): Span =>
  madeUpSpan({ spanId, parentSpanId, start: nanos(start), duration: nanos(end - start) });

function pathOf(spans: readonly Span[]): Record<string, string> {
  const tree = buildTree(spans);
  return Object.fromEntries(
    [...criticalPath(tree)].map(([position, stretches]) => [
      tree.spans[position]?.spanId,
      stretches.map(({ start, end }) => `${start}-${end}`).join(" "),
    ]),
  );
}

describe("criticalPath", () => {
  it("covers each root once, from start to end", () => {
    fc.assert(
      fc.property(tangledSpans, (spans) => {
        const tree = buildTree(spans);
        const path = criticalPath(tree);
        for (let root = 0; root < tree.spans.length; root = tree.subtreeEnd[root] as number) {
          const { start, duration } = tree.spans[root] as Span;
          const stretches = [...path]
            .filter(([position]) => position >= root && position < (tree.subtreeEnd[root] as number))
            .flatMap(([, of]) => of)
            .sort((a, b) => a.start - b.start);
          let at: number = start;
          for (const stretch of stretches) {
            expect(stretch.start).toBe(at);
            at = stretch.end;
          }
          expect(at).toBe(start + duration);
        }
      }),
    );
  });

  it("lies inside each span and in order", () => {
    fc.assert(
      fc.property(tangledSpans, (spans) => {
        const tree = buildTree(spans);
        for (const [position, stretches] of criticalPath(tree)) {
          const { start, duration } = tree.spans[position] as Span;
          let at: number = start;
          for (const stretch of stretches) {
            expect(stretch.start).toBeGreaterThanOrEqual(at);
            at = stretch.end;
          }
          expect(at).toBeLessThanOrEqual(start + duration);
        }
      }),
    );
  });

  it("goes through calls one after the other, and of parallel ones through the longest", () => {
    expect(pathOf([span("r", "", 0, 100), span("a", "r", 10, 30), span("b", "r", 40, 90)])).toEqual({
      r: "0-10 30-40 90-100",
      a: "10-30",
      b: "40-90",
    });
    expect(pathOf([span("r", "", 0, 100), span("a", "r", 10, 60), span("b", "r", 10, 90)])).toEqual({
      r: "0-10 90-100",
      b: "10-90",
    });
  });

  it("leaves out what nobody waited for", () => {
    expect(pathOf([span("r", "", 0, 50), span("late", "r", 10, 90), span("a", "r", 0, 20)])).toEqual({
      r: "20-50",
      a: "0-20",
    });
  });

  it("adds up", () => {
    expect(
      timeOnPath([
        { start: nanos(0), end: nanos(3) },
        { start: nanos(5), end: nanos(9) },
      ]),
    ).toBe(7);
    expect(timeOnPath(undefined)).toBe(0);
  });

  it.each([
    ["deep", (index: number) => index - 1],
    ["wide", () => 0],
  ])(
    "takes 100,000 spans: %s",
    (_, parentOf) => {
      const spans = Array.from({ length: 100_000 }, (_, index) =>
        span(String(index), index === 0 ? "" : String(parentOf(index)), index, 300_000 - index),
      );
      const started = performance.now();
      criticalPath(buildTree(spans));
      // Some 200 ms on a quiet machine; anything quadratic takes minutes.
      expect(performance.now() - started).toBeLessThan(20_000);
    },
    60_000,
  );
});
