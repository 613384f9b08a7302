// Any tree: it matches what was recorded and nothing else, and a tree as deep or as wide as an invocation can be is
// printed, matched and compared without recursion.
import fc from "fast-check";
import { expect, it } from "vitest";
import { tracing } from "../process.ts";
import { checkTree } from "./check.ts";
import { recordTrace, type Trace, type TreePattern, unordered } from "./index.ts";

type Tree = readonly [name: string, ...children: Tree[]];

const name = fc.constantFrom("a", "b", "c");
const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    name.map((leaf): Tree => [leaf]),
    fc
      .tuple(name, fc.array(tie("tree"), { maxLength: 3 }))
      .map(([top, children]): Tree => [top, ...children]),
  ),
}));

const open = ([name, ...children]: Tree): void =>
  tracing.enterSpan(name, () => {
    for (const child of children) open(child);
  });

const recordTree = ([name, ...children]: Tree): Promise<Trace> =>
  recordTrace(
    () => {
      for (const child of children) open(child);
    },
    { name },
  );

const matches = (trace: Trace, pattern: TreePattern) => checkTree("check", trace, pattern).pass;
const differences = (trace: Trace, pattern: TreePattern) =>
  checkTree("check", trace, pattern)
    .message()
    .match(/^[-+] /gm)?.length ?? 0;

it("matches itself and no other", async () => {
  await fc.assert(
    fc.asyncProperty(tree, tree, async (one, other) => {
      const trace = await recordTree(one);
      expect(matches(trace, one)).toBe(true);
      const isSame = JSON.stringify(one) === JSON.stringify(other);
      expect(matches(trace, other)).toBe(isSame);
      // The line that explains the marks begins with one.
      if (!isSame) expect(differences(trace, other)).toBeGreaterThan(1);
    }),
  );
});

it("matches in any order when all is unordered, and what it does not match it shows", async () => {
  const shuffled = (pattern: Tree): fc.Arbitrary<Tree> =>
    fc
      .tuple(...pattern.slice(1).map((child) => shuffled(child as Tree)))
      .chain((children) => fc.shuffledSubarray(children, { minLength: children.length }))
      .map((children): Tree => [pattern[0], ...children]);
  const loose = ([name, ...children]: Tree): TreePattern => [name, unordered(...children.map(loose))];
  const sorted = ([name, ...children]: Tree): unknown => [
    name,
    ...children.map((child) => JSON.stringify(sorted(child))).sort(),
  ];
  await fc.assert(
    fc.asyncProperty(
      tree.chain((one) => fc.tuple(fc.constant(one), shuffled(one), tree)),
      async ([one, same, other]) => {
        const trace = await recordTree(one);
        expect(matches(trace, loose(same))).toBe(true);
        const isSame = JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
        expect(matches(trace, loose(other))).toBe(isSame);
        if (!isSame) expect(differences(trace, loose(other))).toBeGreaterThan(1);
      },
    ),
  );
});

it("matches with others wherever children are left out", async () => {
  const pruned = ([name, ...children]: Tree): fc.Arbitrary<TreePattern> =>
    fc
      .subarray(children)
      .chain((kept) => fc.tuple(...kept.map(pruned)))
      .map((kept): TreePattern => [name, ...kept, "..."]);
  await fc.assert(
    fc.asyncProperty(
      tree.chain((one) => fc.tuple(fc.constant(one), pruned(one), tree)),
      async ([one, part, other]) => {
        const trace = await recordTree(one);
        expect(matches(trace, part)).toBe(true);
        const extended: TreePattern = [...(other as [string]), "never", "..."];
        expect(matches(trace, extended)).toBe(false);
        expect(differences(trace, extended)).toBeGreaterThan(1);
      },
    ),
  );
});

const SPANS = 50_000;

it("is printed and matched when it is 50,000 deep", async () => {
  const trace = await recordTrace(() => {
    let parent = tracing.getActiveSpan();
    for (let i = 1; i < SPANS; i++) {
      parent = parent && tracing.withActiveSpan(parent, () => tracing.startSpan("deep"));
    }
  });
  const deep = (leaf: TreePattern): TreePattern => {
    let pattern: TreePattern = leaf;
    for (let i = 2; i < SPANS; i++) pattern = ["deep", pattern];
    return ["root", pattern];
  };
  const text = String(trace);
  expect(text.split("\n")).toHaveLength(SPANS);
  expect(text.endsWith(`${"  ".repeat(40)}(${SPANS - 1} deep) deep [unfinished]`)).toBe(true);
  expect(matches(trace, deep("deep"))).toBe(true);
  expect(matches(trace, deep("other"))).toBe(false);
  const anyOrder = Array.from({ length: SPANS - 2 }).reduce<TreePattern>(
    (below) => ["deep", unordered(below)],
    "deep",
  );
  expect(matches(trace, ["root", unordered(anyOrder)])).toBe(true);
  const message = checkTree("check", trace, deep("other")).message();
  expect(message).toContain("deep) other\n");
  expect(message.split("\n").length).toBeLessThan(150);
});

it("is printed and matched when it is 50,000 wide", async () => {
  const trace = await recordTrace(() => {
    for (let i = 1; i < SPANS; i++) tracing.startSpan("wide").end();
  });
  const wide = Array.from({ length: SPANS - 1 }, () => "wide");
  expect(String(trace).split("\n")).toHaveLength(SPANS);
  expect(matches(trace, ["root", ...wide])).toBe(true);
  expect(differences(trace, ["root", ...wide.slice(1), "other"])).toBe(3);
  expect(differences(trace, ["root", "other", ...wide.slice(2), "another"])).toBe(5);
});
