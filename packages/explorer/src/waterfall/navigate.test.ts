import { describe, expect, it } from "vitest";
import { madeUpSpan } from "../trace/made-up.fixture.ts";
import { visibleRows } from "../trace/rows.ts";
import { buildTree } from "../trace/tree.ts";
import { type Action, actionOf } from "./keys.ts";
import { moveFor } from "./navigate.ts";

// a > (b > c), d; e — positions 0 to 4
const tree = buildTree([
  madeUpSpan({ spanId: "a" }),
  madeUpSpan({ spanId: "b", parentSpanId: "a" }),
  madeUpSpan({ spanId: "c", parentSpanId: "b", status: "error" }),
  madeUpSpan({ spanId: "d", parentSpanId: "a" }),
  madeUpSpan({ spanId: "e", status: "error" }),
]);

function press(action: Action, cursor: number, collapsedKeys: string[] = []): unknown {
  const collapsed = new Set(collapsedKeys);
  const place = {
    tree,
    rows: visibleRows(tree, collapsed),
    collapsed,
    cursor,
    page: 3,
    matches: Uint32Array.of(1, 3),
  };
  const move = moveFor(action, place);
  if (move.type === "to") return move.position;
  return move.type === "fold" ? `${move.isCollapsed ? "close" : "open"} ${move.key}` : move.type;
}

describe("moveFor", () => {
  it.each<[Action, number, string[], unknown]>([
    ["down", 0, [], 1],
    ["down", 1, ["b"], 3],
    ["down", 4, [], 4],
    ["up", 3, ["b"], 1],
    ["up", 0, [], 0],
    ["page-down", 0, [], 3],
    ["page-up", 4, [], 1],
    ["last", 0, [], 4],
    ["first", 3, [], 0],
    ["expand", 1, ["b"], "open b"],
    ["expand", 1, [], 2],
    ["expand", 2, [], "none"],
    ["collapse", 1, [], "close b"],
    ["collapse", 1, ["b"], 0],
    ["collapse", 3, [], 0],
    ["collapse", 4, [], "none"],
    ["next-error", 2, [], 4],
    ["next-error", 4, ["b"], 2],
    ["previous-error", 2, [], 4],
    ["next-match", 1, [], 3],
    ["next-match", 3, [], 1],
    ["previous-match", 1, [], 3],
  ])("%s from %d with %j collapsed", (action, cursor, collapsed, result) => {
    expect(press(action, cursor, collapsed)).toBe(result);
  });
});

describe("actionOf", () => {
  const key = (name: string, ctrlKey = false) =>
    actionOf({ key: name, ctrlKey, metaKey: false, altKey: false });

  it("knows its keys and leaves the browser its own", () => {
    expect([key("j"), key("["), key("f", true), key("x"), key("toString")]).toEqual([
      "down",
      "collapse-all",
      undefined,
      undefined,
      undefined,
    ]);
  });
});
