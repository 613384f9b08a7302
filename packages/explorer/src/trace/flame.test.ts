import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { flameBoxes, flameNodes } from "./flame.ts";
import { madeUpSpan, tangledSpans } from "./made-up.fixture.ts";
import { selfTimes } from "./self-time.ts";
import { nanos } from "./time.ts";
import { buildTree } from "./tree.ts";

const flames = fc
  .tuple(tangledSpans, fc.array(fc.constantFrom("a", "b", "c"), { minLength: 60, maxLength: 60 }))
  .map(([spans, names]) => {
    const tree = buildTree(spans.map((span, index) => ({ ...span, name: names[index] as string })));
    const self = selfTimes(tree);
    return { tree, self, nodes: flameNodes(tree, self) };
  });

describe("flameNodes", () => {
  it("has every span in one node, and all time once", () => {
    fc.assert(
      fc.property(flames, ({ tree, self, nodes }) => {
        expect(nodes.reduce((sum, { spans }) => sum + spans, 0)).toBe(tree.spans.length);
        const roots = nodes.filter(({ parent }) => parent < 0);
        expect(roots.reduce((sum, { time }) => sum + time, 0)).toBe(self.reduce((sum, one) => sum + one, 0));
        nodes.forEach((node, index) => {
          expect(node.parent).toBeLessThan(index);
          const onIt = nodes
            .filter(({ parent }) => parent === index)
            .reduce((sum, { time }) => sum + time, 0);
          expect(node.time).toBe(node.self + onIt);
        });
      }),
    );
  });

  it("has one box for each name under one stack", () => {
    fc.assert(
      fc.property(flames, ({ nodes }) => {
        expect(new Set(nodes.map(({ parent, service, name }) => `${parent} ${service} ${name}`)).size).toBe(
          nodes.length,
        );
      }),
    );
  });
});

describe("flameBoxes", () => {
  it("puts boxes inside their parent's and beside each other", () => {
    fc.assert(
      fc.property(flames, fc.nat(), fc.boolean(), ({ nodes }, pick, isFocused) => {
        const focus = isFocused && nodes.length > 0 ? pick % nodes.length : -1;
        const levels = flameBoxes(nodes, focus, 0.01);
        const shown = new Map(levels.flat().map((box) => [box.index, box]));
        for (const level of levels) {
          let end = 0;
          for (const { node, left, width } of level ?? []) {
            expect(left).toBeGreaterThanOrEqual(end - 1e-9);
            end = left + width;
            expect(end).toBeLessThanOrEqual(1 + 1e-9);
            if (node.parent < 0) continue;
            const parent = shown.get(node.parent);
            expect(left).toBeGreaterThanOrEqual((parent?.left as number) - 1e-9);
            expect(end).toBeLessThanOrEqual((parent?.left as number) + (parent?.width as number) + 1e-9);
          }
        }
        if (focus >= 0) expect(shown.get(focus)).toMatchObject({ left: 0, width: 1 });
      }),
    );
  });

  it("leaves nothing out that is wide enough", () => {
    fc.assert(
      fc.property(flames, ({ nodes }) => {
        const all = nodes.reduce((sum, { parent, time }) => (parent < 0 ? sum + time : sum), 0);
        const shown = flameBoxes(nodes, -1, 0.05).flat().length;
        expect(shown).toBe(nodes.filter(({ time }) => all > 0 && time / all >= 0.05).length);
      }),
    );
  });

  it("shows what is on the node in focus, over its whole width", () => {
    const tree = buildTree([
      madeUpSpan({ spanId: "r", name: "r", duration: nanos(100) }),
      madeUpSpan({ spanId: "a", parentSpanId: "r", name: "a", duration: nanos(20) }),
      madeUpSpan({ spanId: "b", parentSpanId: "r", name: "b", start: nanos(20), duration: nanos(40) }),
      madeUpSpan({ spanId: "c", parentSpanId: "b", name: "c", start: nanos(20), duration: nanos(10) }),
    ]);
    const nodes = flameNodes(tree, selfTimes(tree));
    const boxes = flameBoxes(nodes, 2, 0.001).map((level) =>
      level.map(({ node, left, width }) => [node.name, left, width]),
    );
    expect(boxes).toEqual([[["r", 0, 1]], [["b", 0, 1]], [["c", 0, 0.25]]]);
  });
});
