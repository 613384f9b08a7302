// The tree builder and its text: what decides whether two hosts agree.
import { expect, test } from "vitest";
import { buildTrees, type FlatSpan, mapTrees, renderTrees } from "./tree.ts";

function span(id: string, parentId: string | undefined, more: Partial<FlatSpan> = {}): FlatSpan {
  return {
    id,
    parentId,
    name: id,
    attributes: {},
    status: { code: "unset" },
    exceptions: [],
    logs: [],
    ...more,
  };
}

test("spans find their parents in any order", () => {
  const trees = buildTrees([
    span("leaf", "mid"),
    span("mid", "root"),
    span("root", undefined),
    span("other", undefined),
  ]);
  expect(renderTrees(trees)).toBe(`span "other"\nspan "root"\n  span "mid"\n    span "leaf"`);
});

test("a span whose parent is missing says so", () => {
  expect(renderTrees(buildTrees([span("a", "nowhere")]))).toBe(`span "a"\n  (orphan) = true`);
});

test("an orphan keeps its children", () => {
  const trees = buildTrees([span("a", "nowhere"), span("b", "a")]);
  expect(renderTrees(trees)).toBe(`span "a"\n  (orphan) = true\n  span "b"`);
});

test("two spans of one id are refused", () => {
  expect(() => buildTrees([span("a", undefined), span("a", undefined)])).toThrow("Two spans have the id a");
});

test("the order of siblings and attributes does not matter, that of logs does", () => {
  const log = (message: string) => ({ level: "info" as const, message });
  const one = [
    span("root", undefined, { attributes: { b: 1, a: 2 }, logs: [log("x"), log("y")] }),
    span("s1", "root"),
    span("s2", "root"),
  ];
  const swapped = [
    span("s2", "root"),
    span("s1", "root"),
    span("root", undefined, { attributes: { a: 2, b: 1 }, logs: [log("x"), log("y")] }),
  ];
  const otherLogs = [span("root", undefined, { attributes: { a: 2, b: 1 }, logs: [log("y"), log("x")] })];
  expect(renderTrees(buildTrees(one))).toBe(renderTrees(buildTrees(swapped)));
  expect(renderTrees(buildTrees(one))).not.toContain(renderTrees(buildTrees(otherLogs)));
});

test("values are told apart by type, and by what JSON would lose", () => {
  const values = { a: "1", b: 1, c: true, d: Number.NaN, e: -0, f: 0, g: ["x", 1], h: "line\nbreak" };
  const lines = renderTrees(buildTrees([span("s", undefined, { attributes: values })])).split("\n");
  expect(lines.slice(1)).toEqual([
    `  a = "1"`,
    "  b = 1",
    "  c = true",
    "  d = NaN",
    "  e = -0",
    "  f = 0",
    `  g = ["x", 1]`,
    `  h = "line\\nbreak"`,
  ]);
});

test("long text is cut, its length and ends are kept", () => {
  const text = renderTrees(
    buildTrees([span("s", undefined, { attributes: { a: `${"x".repeat(5_000)}end` } })]),
  );
  expect(text.length).toBeLessThan(200);
  expect(text).toContain('end" (5003 characters)');
});

test("status, exceptions and logs are part of the text", () => {
  const whole = span("s", undefined, {
    status: { code: "error", message: "m" },
    exceptions: [{ type: "TypeError", message: "t", stack: true }],
    logs: [
      { level: "error", message: ["failed", { id: 7 }], exception: { type: "TypeError", message: "t" } },
    ],
  });
  expect(
    renderTrees(buildTrees([whole]))
      .split("\n")
      .slice(1),
  ).toEqual([
    `  status error "m"`,
    `  exception TypeError: "t" with stack`,
    `  log error ["failed", {"id": 7}] of TypeError: "t"`,
  ]);
});

test("mapTrees tells the parent and drops what gives undefined", () => {
  const trees = buildTrees([
    span("root", undefined),
    span("keep", "root"),
    span("drop", "root"),
    span("below", "drop"),
  ]);
  const seen: string[] = [];
  const mapped = mapTrees(trees, (node, parent) => {
    seen.push(`${parent?.name} > ${node.name}`);
    return node.name === "drop" ? undefined : node;
  });
  expect(seen).toContain("drop > below");
  expect(renderTrees(mapped)).toBe(`span "root"\n  span "keep"`);
});
