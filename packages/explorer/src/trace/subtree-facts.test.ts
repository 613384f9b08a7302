import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { madeUpSpan, tangledSpans } from "./made-up.fixture.ts";
import { visibleRows } from "./rows.ts";
import { ancestorsOf, firstCause, skewOf, stuckAncestors, subtreeFacts } from "./subtree-facts.ts";
import { nanos } from "./time.ts";
import { buildTree } from "./tree.ts";

const tangledTrees = fc
  .tuple(tangledSpans, fc.infiniteStream(fc.boolean()))
  .map(([spans, failed]) =>
    buildTree(
      spans.map((span) => ({ ...span, status: failed.next().value ? "error" : "unset" }) as typeof span),
    ),
  );

describe("subtreeFacts", () => {
  it("is what a look at every descendant gives", () => {
    fc.assert(
      fc.property(tangledTrees, (tree) => {
        const { latestEnd, hasErrorBelow } = subtreeFacts(tree);
        tree.spans.forEach((_, position) => {
          const family = tree.spans.slice(position, tree.subtreeEnd[position]);
          expect(latestEnd[position]).toBe(Math.max(...family.map((span) => span.start + span.duration)));
          expect(hasErrorBelow[position] === 1).toBe(family.slice(1).some((span) => span.status === "error"));
        });
      }),
    );
  });
});

describe("firstCause", () => {
  it("is the first span that failed and has none below it that did", () => {
    fc.assert(
      fc.property(tangledTrees, (tree) => {
        const { hasErrorBelow } = subtreeFacts(tree);
        const expected = tree.spans.find(
          (span, position) => span.status === "error" && hasErrorBelow[position] === 0,
        );
        expect(firstCause(tree)).toBe(expected);
      }),
    );
  });
});

describe("ancestorsOf", () => {
  it("leads from the root down to the parent", () => {
    fc.assert(
      fc.property(tangledTrees, (tree) => {
        tree.spans.forEach((_, position) => {
          const chain = ancestorsOf(tree, position);
          expect(chain.length).toBe(tree.depth[position]);
          [...chain, position].forEach((at, index) => {
            expect(tree.parent[at]).toBe(chain[index - 1] ?? -1);
          });
        });
      }),
    );
  });
});

describe("stuckAncestors", () => {
  it("are those of the first row they do not cover, and no more than there is room for", () => {
    fc.assert(
      fc.property(tangledTrees, fc.nat(60), fc.integer({ min: 1, max: 5 }), (tree, pick, atMost) => {
        const rows = visibleRows(tree, new Set());
        const first = pick % Math.max(1, rows.length);
        const stuck = stuckAncestors(tree, rows, first, atMost);
        expect(stuck.length).toBeLessThanOrEqual(atMost);
        const ancestorsAt = (row: number) =>
          ancestorsOf(tree, rows[Math.min(row, rows.length - 1)] ?? -1, atMost);
        const shown = ancestorsAt(first + stuck.length);
        // A row deeper than the one behind it: its parent, stuck, would cover it, and is not needed by what follows. Then
        // those of the row behind are stuck.
        const isBetween = shown.length > stuck.length;
        if (stuck.length > 0) expect(stuck).toEqual(isBetween ? ancestorsAt(first + shown.length) : shown);
        if (first === 0) expect(stuck).toEqual([]);
      }),
    );
  });
});

describe("skewOf", () => {
  it("is how long a child begins before its parent", () => {
    const tree = buildTree([
      madeUpSpan({ spanId: "child", parentSpanId: "parent", start: nanos(3) }),
      madeUpSpan({ spanId: "parent", start: nanos(10) }),
      madeUpSpan({ spanId: "late", parentSpanId: "parent", start: nanos(12) }),
    ]);
    expect(tree.spans.map((span, position) => [span.spanId, skewOf(tree, position)])).toEqual([
      ["parent", 0],
      ["child", 7],
      ["late", 0],
    ]);
  });
});
