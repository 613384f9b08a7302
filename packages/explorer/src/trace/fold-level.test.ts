import fc from "fast-check";
import { expect, it } from "vitest";
import { collapseLevel, expandLevel } from "./fold-level.ts";
import { tangledSpans } from "./made-up.fixture.ts";
import { collapsibleKeys, visibleRows } from "./rows.ts";
import { buildTree, type Tree } from "./tree.ts";

const deepestShown = (tree: Tree, collapsed: ReadonlySet<string>): number =>
  Math.max(-1, ...[...visibleRows(tree, collapsed)].map((position) => tree.depth[position] as number));

it("takes away one level at a time, and gives it back", () => {
  fc.assert(
    fc.property(tangledSpans, (spans) => {
      const tree = buildTree(spans);
      let collapsed: ReadonlySet<string> = new Set();
      const levels = deepestShown(tree, collapsed);
      for (let left = levels - 1; left >= 0; left--) {
        collapsed = collapseLevel(tree, visibleRows(tree, collapsed), collapsed);
        expect(deepestShown(tree, collapsed)).toBe(left);
      }
      expect(collapseLevel(tree, visibleRows(tree, collapsed), collapsed)).toBe(collapsed);
      for (let shown = 1; shown <= levels; shown++) {
        collapsed = expandLevel(tree, visibleRows(tree, collapsed), collapsed);
        expect(deepestShown(tree, collapsed)).toBe(shown);
      }
      expect(collapsed.size).toBe(0);
    }),
  );
});

it("opens the topmost of what is folded, and changes nothing where nothing is", () => {
  fc.assert(
    fc.property(tangledSpans, (spans) => {
      const tree = buildTree(spans);
      const open = new Set<string>();
      expect(expandLevel(tree, visibleRows(tree, open), open)).toBe(open);
      const folded = collapsibleKeys(tree);
      const next = expandLevel(tree, visibleRows(tree, folded), folded);
      expect(deepestShown(tree, next)).toBe(Math.min(1, deepestShown(tree, open)));
    }),
  );
});
