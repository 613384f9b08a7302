import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { madeUpSpan, tangledSpans } from "./made-up.fixture.ts";
import { collapsibleKeys, hasChildren, nextMatching, reveal, rowOf, visibleRows } from "./rows.ts";
import { buildTree, type Tree } from "./tree.ts";

const treeWithCollapsed = tangledSpans.chain((spans) => {
  const tree = buildTree(spans);
  return fc
    .subarray([...tree.spans])
    .map((picked) => ({ tree, collapsed: new Set(picked.map((span) => span.key)) }));
});

function isHidden(tree: Tree, collapsed: ReadonlySet<string>, position: number): boolean {
  for (let above = tree.parent[position] as number; above >= 0; above = tree.parent[above] as number) {
    if (collapsed.has(tree.spans[above]?.key as string)) return true;
  }
  return false;
}

describe("visibleRows", () => {
  it("shows exactly what has no collapsed ancestor, in order", () => {
    fc.assert(
      fc.property(treeWithCollapsed, ({ tree, collapsed }) => {
        const expected = tree.spans
          .map((_, position) => position)
          .filter((p) => !isHidden(tree, collapsed, p));
        expect([...visibleRows(tree, collapsed)]).toEqual(expected);
      }),
    );
  });

  it("shows only roots when all is collapsed", () => {
    fc.assert(
      fc.property(tangledSpans, (spans) => {
        const tree = buildTree(spans);
        const rows = visibleRows(tree, collapsibleKeys(tree));
        expect([...rows]).toEqual([...tree.depth.keys()].filter((position) => tree.depth[position] === 0));
      }),
    );
  });
});

describe("rowOf", () => {
  it("is the row itself, or the nearest shown ancestor's", () => {
    fc.assert(
      fc.property(treeWithCollapsed, ({ tree, collapsed }) => {
        const rows = visibleRows(tree, collapsed);
        tree.spans.forEach((_, position) => {
          let shown = position;
          while (isHidden(tree, collapsed, shown)) shown = tree.parent[shown] as number;
          expect(rows[rowOf(rows, position)]).toBe(shown);
        });
      }),
    );
  });
});

describe("reveal", () => {
  it("shows the span and opens nothing else", () => {
    fc.assert(
      fc.property(treeWithCollapsed, fc.nat(), ({ tree, collapsed }, pick) => {
        if (tree.spans.length === 0) return;
        const position = pick % tree.spans.length;
        const opened = reveal(tree, collapsed, position);
        expect(isHidden(tree, opened, position)).toBe(false);
        if (!isHidden(tree, collapsed, position)) expect(opened).toBe(collapsed);
        for (const key of collapsed) {
          const at = tree.positionOf(key) as number;
          const isAncestor = at < position && position < (tree.subtreeEnd[at] as number);
          expect(opened.has(key)).toBe(!isAncestor);
        }
      }),
    );
  });
});

describe("nextMatching", () => {
  const tree = buildTree(["a", "b", "c"].map((spanId) => madeUpSpan({ spanId, name: spanId })));

  it("wraps round in both directions and finds itself last", () => {
    expect(nextMatching(tree, 2, 1, (span) => span.name !== "c")).toBe(0);
    expect(nextMatching(tree, 0, -1, (span) => span.name !== "a")).toBe(2);
    expect(nextMatching(tree, 1, 1, (span) => span.name === "b")).toBe(1);
    expect(nextMatching(tree, 1, 1, () => false)).toBe(-1);
  });

  it("tells leaves from spans with children", () => {
    const pair = buildTree([madeUpSpan({ spanId: "a" }), madeUpSpan({ spanId: "b", parentSpanId: "a" })]);
    expect([hasChildren(pair, 0), hasChildren(pair, 1)]).toEqual([true, false]);
  });
});
