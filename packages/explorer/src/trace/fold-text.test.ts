import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { foldedBy, foldText } from "./fold-text.ts";
import { madeUpSpan, tangledSpans } from "./made-up.fixture.ts";
import { collapsibleKeys } from "./rows.ts";
import { buildTree } from "./tree.ts";

const chain = buildTree(
  ["1", "2", "3", "4"].map((spanId, index) =>
    madeUpSpan({ spanId, parentSpanId: index === 0 ? "" : String(index) }),
  ),
);

describe("what is folded, as text", () => {
  it("comes back as it was, whatever the tree", () => {
    fc.assert(
      fc.property(tangledSpans, fc.infiniteStream(fc.boolean()), (spans, coin) => {
        const tree = buildTree(spans.map((span) => ({ ...span, key: span.key.replaceAll(".", "") })));
        const folded = new Set([...collapsibleKeys(tree)].filter(() => coin.next().value));
        expect(foldedBy(tree, foldText(tree, folded))).toEqual(folded);
      }),
    );
  });

  it.each([
    [["1", "2", "3"], "all"],
    [["2", "3"], "1"],
    [["1"], ".1"],
    [["1", "3"], "2.1"],
    [[], undefined],
    [["4"], undefined],
  ])("%j is %s", (folded, text) => {
    expect(foldText(chain, new Set(folded))).toBe(text);
  });

  it("stays short for 100,000 spans folded here and there, and keeps to what it can say", () => {
    const wide = buildTree([
      madeUpSpan({ spanId: "r" }),
      ...Array.from({ length: 2_000 }, (_, index) =>
        madeUpSpan({
          spanId: `${index}`,
          parentSpanId: index % 2 === 0 ? "r" : `${index - 1}`,
        }),
      ),
    ]);
    const folded = new Set([...collapsibleKeys(wide)].filter((_, index) => index % 3 === 0));
    const text = foldText(wide, folded) as string;
    expect(text.length).toBeLessThan(1_000);
    expect([...foldedBy(wide, text)].every((key) => folded.has(key))).toBe(true);
  });

  it.each(["", ".", "x", "all.nobody", "99999999999999999999", "-1", ".1.1"])("%j does no harm", (text) => {
    expect([...foldedBy(chain, text)].every((key) => collapsibleKeys(chain).has(key))).toBe(true);
  });
});
