// Deviations: each applies where it is declared, and one that applies nowhere is an error, so that none outlives its reason.
import { expect, test } from "vitest";
import { deviationsOf, expectAnswers, expectOurs, withoutAdditions } from "./beyond.ts";
import { escapes, fails } from "./escape.ts";
import { NODE, type Traits, WORKERD } from "./traits.ts";
import { buildTrees, type FlatSpan, INVOCATION, renderTrees, type Value } from "./tree.ts";

function tree(...spans: [id: string, parentId: string | undefined, attributes?: Record<string, Value>][]) {
  return buildTrees(
    spans.map(
      ([id, parentId, attributes = {}]): FlatSpan => ({
        id,
        parentId,
        name: id.split("#")[0] as string,
        attributes,
        status: { code: "unset" },
        exceptions: [],
        logs: [],
      }),
    ),
  );
}

test("a deviation replaces what it names of the spans it is about", () => {
  const oracle = tree(["root", undefined], ["a", "root", { x: 1, y: 2 }], ["b", "root", { x: 1 }]);
  const because = "test";
  const expected = expectOurs(
    oracle,
    [{ span: "root > a", because, attributes: { x: null, z: 3 }, status: { code: "ok" } }],
    WORKERD,
  );
  expect(renderTrees(expected)).toBe(
    `span "root"\n  span "a"\n    y = 2\n    z = 3\n    status ok\n  span "b"\n    x = 1`,
  );
});

test("a deviation of a span that is not there is an error", () => {
  const oracle = tree(["root", undefined], ["a", "root"]);
  expect(() => expectOurs(oracle, [{ span: "other > a", because: "test" }], WORKERD)).toThrow("other > a");
});

test("absent takes away the spans with those attributes only", () => {
  const oracle = tree(
    ["root", undefined],
    ["fetch#1", "root", { status: 302 }],
    ["fetch#2", "root", { status: 200 }],
  );
  const expected = expectOurs(oracle, [{ span: "fetch", because: "test", absent: { status: 302 } }], WORKERD);
  expect(renderTrees(expected)).toBe(`span "root"\n  span "fetch"\n    status = 200`);
});

test("what is in a dissolved span is in its parent, but for invocations, which stand alone", () => {
  const oracle = tree(
    ["root", undefined],
    ["call", "root"],
    ["inside", "call"],
    ["callee", "call", { "faas.trigger": "jsrpc" }],
  );
  const expected = expectOurs(oracle, [{ span: "call", because: "test", dissolved: true }], WORKERD);
  expect(renderTrees(expected)).toBe(`span "callee"\n  faas.trigger = "jsrpc"\nspan "root"\n  span "inside"`);
});

test("an invocation that is alone leaves the tree it was in", () => {
  const oracle = tree(["root", undefined], ["message", "root", { "faas.trigger": "websocket" }]);
  const expected = expectOurs(oracle, [{ span: "root > message", because: "test", alone: true }], WORKERD);
  expect(renderTrees(expected)).toBe(`span "message"\n  faas.trigger = "websocket"\nspan "root"`);
});

test("an attribute is compared under the catalogue's name", () => {
  const oracle = tree(["call", undefined, { "jsrpc.method": "add" }]);
  expect(renderTrees(expectOurs(oracle, [], WORKERD))).toBe(`span "call"\n  cloudflare.jsrpc.method = "add"`);
});

test("an error that escapes an operation gives it status, event and error.type", () => {
  const error = { type: "TypeError", message: "m" };
  expect(renderTrees(expectOurs(tree(["op", undefined]), [fails("op", error)], WORKERD))).toBe(
    `span "op"\n  error.type = "TypeError"\n  status error "m"\n  exception TypeError: "m" with stack`,
  );
  expect(escapes("op", error).attributes).toBeUndefined();
});

test("a root that answers 5xx or leaves an error uncaught has failed", () => {
  const [answered] = tree([
    INVOCATION,
    undefined,
    { "faas.trigger": "http", "http.response.status_code": 503 },
  ]);
  const [fine] = tree([INVOCATION, undefined, { "faas.trigger": "http", "http.response.status_code": 404 }]);
  const [thrown] = tree([INVOCATION, undefined, { "faas.trigger": "http" }]);
  if (!answered || !fine || !thrown) throw new Error("no trees");
  thrown.exceptions.push({ type: "Error", message: "uncaught", stack: true });
  const statuses = expectOurs([answered, fine, thrown], [], WORKERD).map(({ status }) => status);
  expect(statuses).toEqual([{ code: "error" }, { code: "unset" }, { code: "error", message: "uncaught" }]);
});

test("the fetch inside D1's binding is no part of the program", () => {
  const oracle = tree(["d1_all", undefined], ["fetch", "d1_all", { "url.full": "http://d1/query" }]);
  expect(renderTrees(expectOurs(oracle, [], WORKERD))).toBe(`span "d1_all"`);
});

test("additions are taken off our spans, by kind", () => {
  const ours = tree(
    ["renamed root", undefined, { "faas.trigger": "http", "geo.country.code": "US", own: 1 }],
    ["fetch", "renamed root", { "url.scheme": "http", "faas.invocation_id": "id" }],
    ["other", "renamed root", { "url.scheme": "kept" }],
  );
  expect(renderTrees(withoutAdditions(ours))).toBe(
    `span "renamed root"\n  faas.trigger = "http"\n  own = 1\n  span "fetch"\n  span "other"\n    url.scheme = "kept"`,
  );
});

test("a declared answer replaces the runtime's", () => {
  const oracle = [{ request: "GET /", status: 200, body: "theirs" }];
  expect(expectAnswers(oracle, [{ request: "GET /", because: "test", body: "ours" }])).toEqual([
    { request: "GET /", status: 200, body: "ours" },
  ]);
});

test("deviations may depend on the runtime", () => {
  const because = "test";
  const one = {
    name: "a/case",
    worker: "",
    beyond: ({ hasDatabases }: Traits) => (hasDatabases ? [] : [{ span: "op", because }]),
  };
  expect(deviationsOf(one, WORKERD)).toEqual([]);
  expect(deviationsOf(one, NODE)).toEqual([{ span: "op", because }]);
  expect(deviationsOf({ name: "none", worker: "" }, NODE)).toEqual([]);
});

test("what a runtime does not show is taken off the oracle's spans, on that runtime", () => {
  const oracle = tree(["fetch", undefined, { "http.request.body.size": 3 }]);
  expect(renderTrees(expectOurs(oracle, [], NODE))).toBe(`span "fetch"`);
  expect(renderTrees(expectOurs(oracle, [], WORKERD))).toBe(`span "fetch"\n  http.request.body.size = 3`);
});
