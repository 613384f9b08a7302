import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareTraces } from "./compare.ts";
import { flameNodes } from "./flame.ts";
import { madeUpSpan, tangledSpans } from "./made-up.fixture.ts";
import type { Span } from "./model.ts";
import { selfTimes } from "./self-time.ts";
import { nanos } from "./time.ts";
import { buildTree } from "./tree.ts";

const nodesOf = (spans: readonly Span[]) => {
  const tree = buildTree(spans);
  return flameNodes(tree, selfTimes(tree));
};
const named = fc
  .tuple(tangledSpans, fc.array(fc.constantFrom("a", "b", "c"), { minLength: 60, maxLength: 60 }))
  .map(([spans, names]) => nodesOf(spans.map((span, index) => ({ ...span, name: names[index] as string }))));

describe("compareTraces", () => {
  it("has every step of both once, under the step it belongs to", () => {
    fc.assert(
      fc.property(named, named, (before, after) => {
        const steps = compareTraces(before, after);
        expect(steps.filter((step) => step.before !== undefined).length).toBe(before.length);
        expect(steps.filter((step) => step.after !== undefined).length).toBe(after.length);
        steps.forEach((step, index) => {
          expect(step.before ?? step.after).toBeDefined();
          expect(step.depth).toBeLessThanOrEqual((steps[index - 1]?.depth ?? -1) + 1);
        });
        const stacks = new Set<string>();
        const stack: string[] = [];
        for (const { depth, service, name } of steps) {
          stack.length = depth;
          stack.push(`${service} ${name}`);
          stacks.add(stack.join("\n"));
        }
        expect(stacks.size).toBe(steps.length);
      }),
    );
  });

  it("finds no difference between a trace and itself, and the opposite the other way round", () => {
    fc.assert(
      fc.property(named, named, (one, other) => {
        for (const { change, before, after } of compareTraces(one, one)) {
          expect(change).toBe(0);
          expect(before).toEqual(after);
        }
        const sum = (steps: ReturnType<typeof compareTraces>) =>
          steps.reduce((all, { change }) => all + change, 0);
        expect(sum(compareTraces(one, other)) + sum(compareTraces(other, one))).toBe(0);
      }),
    );
  });

  it("sets the roots beside each other by whatever names, where each trace has one", () => {
    const root = (name: string) => madeUpSpan({ spanId: "r", name, duration: nanos(100) });
    const call = madeUpSpan({ spanId: "a", parentSpanId: "r", name: "kv", duration: nanos(20) });
    const steps = compareTraces(nodesOf([root("GET /1"), call]), nodesOf([root("GET /2"), call]));
    expect(steps.map(({ name, otherName, change }) => [name, otherName, change])).toEqual([
      ["GET /1", "GET /2", 0],
      ["kv", undefined, 0],
    ]);
    const two = nodesOf([root("GET /1"), madeUpSpan({ spanId: "s", name: "tail" })]);
    expect(compareTraces(two, nodesOf([root("GET /2")])).map(({ name }) => name)).toEqual([
      "GET /1",
      "tail",
      "GET /2",
    ]);
  });

  it("sets durations side by side and marks what is new and what is gone", () => {
    const root = madeUpSpan({ spanId: "r", name: "GET", duration: nanos(100) });
    const call = (spanId: string, name: string, duration: number) =>
      madeUpSpan({ spanId, parentSpanId: "r", name, duration: nanos(duration) });
    const steps = compareTraces(
      nodesOf([root, call("a", "kv", 20), call("b", "d1", 5)]),
      nodesOf([root, call("a", "kv", 50), call("c", "ai", 9)]),
    );
    expect(
      steps.map(({ name, depth, before, after, change }) => [
        name,
        depth,
        before?.duration,
        after?.duration,
        change,
      ]),
    ).toEqual([
      ["GET", 0, 100, 100, 0],
      ["kv", 1, 20, 50, 30],
      ["d1", 1, 5, undefined, -5],
      ["ai", 1, undefined, 9, 9],
    ]);
  });
});
