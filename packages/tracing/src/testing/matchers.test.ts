// What the matchers and assertions accept, and what they say when they do not. The messages stand here in full: they are
// what a developer works with.
import assert from "node:assert/strict";
import { stripVTControlCharacters } from "node:util";
import { expect as chai, describe, expect, it } from "vitest";
import { tracing } from "../process.ts";
import {
  AssertionError,
  assertSpan,
  assertTree,
  kvSpans,
  recordTrace,
  type SpanPattern,
  type Trace,
  type TreePattern,
  unordered,
} from "./index.ts";
import "./vitest.ts";

const ORDERS_KV = kvSpans(
  { get: async (_key: string) => ({ items: [{ price: 2 }, { price: 3 }] }) },
  "ORDERS_KV",
);

const order = (): Promise<Trace> =>
  recordTrace(
    () =>
      tracing.enterSpan("handleOrder", async (span) => {
        span.setAttributes({ "order.id": "17", "order.rush": true });
        const { items } = await ORDERS_KV.get("17");
        tracing.enterSpan("calculateTotal", (inner) => {
          inner.setAttribute("item.count", items.length);
          inner.recordException(new RangeError("no discount"));
          console.info("items", items.length);
        });
        await fetch("https://api.example.com/notify", { method: "POST" });
      }),
    { fetch: async () => new Response("ok"), console: "silent" },
  );

/** What a failing assertion says, without the colours that the terminal may have. */
function messageOf(assertion: () => void): string {
  try {
    assertion();
  } catch (error) {
    return stripVTControlCharacters((error as Error).message).replace(/\n$/, "");
  }
  throw new Error("The assertion did not fail.");
}

describe("toHaveSpan and assertSpan", async () => {
  const trace = await order();

  it.each<[string, string | RegExp | SpanPattern]>([
    ["a name", "kv_get"],
    ["a name's pattern", /^kv_/],
    ["attributes", { name: "calculateTotal", attributes: { "item.count": 2 } }],
    ["a matcher", { attributes: { "order.id": expect.stringMatching(/^\d+$/) } }],
    ["a matcher for the name", { name: expect.stringContaining("Total") }],
    ["a type", { attributes: { "order.id": String, "order.rush": Boolean } }],
    ["a test", { attributes: { "item.count": (count: number) => count > 1 } }],
    ["an attribute's absence", { name: "kv_get", attributes: { "error.type": undefined } }],
    ["a parent's name", { name: "fetch", parent: "handleOrder" }],
    ["a parent described", { name: "fetch", parent: { attributes: { "order.id": "17" }, parent: "root" } }],
    ["no parent", { name: "root", parent: null }],
    ["a kind", { name: "fetch", kind: "client" }],
    ["a status", { name: "handleOrder", status: "unset", unfinished: false }],
    ["an event", { events: ["exception"] }],
    [
      "an event with attributes",
      { events: [{ name: "exception", attributes: { "exception.type": "RangeError" } }] },
    ],
    ["an exception", { exceptions: [/discount/, { type: "RangeError" }] }],
    ["a log", { name: "calculateTotal", logs: ["items 2", { level: "info", body: ["items", Number] }] }],
  ])("accept %s", (_what, expected) => {
    expect(trace).toHaveSpan(expected);
    assertSpan(trace, expected);
  });

  it.each<[string, string | RegExp | SpanPattern]>([
    ["another name", "calculate"],
    ["an attribute's value", { name: "calculateTotal", attributes: { "item.count": 3 } }],
    ["an attribute's greater value", { name: "calculateTotal", attributes: { "item.count": 1 } }],
    ["an attribute's type", { attributes: { "item.count": String } }],
    ["the number's text", { attributes: { "item.count": "2" } }],
    [
      "an attribute that should be absent",
      { name: "calculateTotal", attributes: { "item.count": undefined } },
    ],
    ["a parent further up", { name: "fetch", parent: "root" }],
    ["no parent", { name: "fetch", parent: null }],
    ["a parent of the root", { name: "root", parent: /./ }],
    ["the kind", { name: "fetch", kind: "internal" }],
    ["the status", { name: "fetch", status: { code: "error", message: "x" } }],
    ["an event", { events: ["cache.miss"] }],
    ["a log of another span", { name: "fetch", logs: [/items/] }],
    ["a part of a log's arguments", { logs: [{ body: ["items"] }] }],
    ["a log's level", { logs: [{ level: "warn" }] }],
    ["an exception", { exceptions: [{ type: "TypeError" }] }],
  ])("refuse %s", (_what, expected) => {
    expect(trace).not.toHaveSpan(expected);
    assertSpan(trace, expected, { times: 0 });
    expect(() => assertSpan(trace, expected)).toThrow(AssertionError);
  });

  it("forget nothing between two uses of one regular expression", () => {
    const sticky = /kv/g;
    expect(trace).toHaveSpan(sticky);
    expect(trace).toHaveSpan(sticky);
  });

  it("count", () => {
    expect(trace).toHaveSpan(/./, { times: 5 });
    expect(trace).not.toHaveSpan(/./, { times: 4 });
    expect(trace).toHaveSpan("nothing", { times: 0 });
  });

  it("look below a span", () => {
    expect(trace.span("handleOrder")).toHaveSpan("fetch");
    expect(trace.span("fetch")).not.toHaveSpan("handleOrder");
  });

  it("name the nearest spans and what is wrong with them", () => {
    const expected = {
      name: "calculateTotal",
      parent: "root",
      attributes: { "item.count": 3, note: expect.any(String) },
    };
    expect(messageOf(() => expect(trace).toHaveSpan(expected))).toMatchInlineSnapshot(`
      "expect(trace).toHaveSpan(expected)

      No span is like this:
          { name: "calculateTotal", parent: "root", attributes: { "item.count": 3, note: Any<String> } }

      The nearest:
          root > handleOrder > calculateTotal
            parent: expected "root", recorded "handleOrder"
            attribute item.count: expected 3, recorded 2
            attribute note: expected Any<String>, recorded none

      Recorded:
          root
            handleOrder  order.id="17" order.rush=true
              kv_get  cloudflare.binding.name="ORDERS_KV" cloudflare.kv.query.keys="17"
              calculateTotal  item.count=2
                ! RangeError: no discount
                > log: items 2
              fetch  http.request.method="POST" url.full="https://api.example.com/notify" http.response.status_code=200"
    `);
    expect(messageOf(() => assertSpan(trace, "calculateTotals"))).toMatchInlineSnapshot(`
      "assertSpan(trace, expected)

      No span is like this:
          "calculateTotals"

      The nearest:
          root > handleOrder > calculateTotal
            name: expected "calculateTotals", recorded "calculateTotal"

      Recorded:
          root
            handleOrder  order.id="17" order.rush=true
              kv_get  cloudflare.binding.name="ORDERS_KV" cloudflare.kv.query.keys="17"
              calculateTotal  item.count=2
                ! RangeError: no discount
                > log: items 2
              fetch  http.request.method="POST" url.full="https://api.example.com/notify" http.response.status_code=200"
    `);
    expect(messageOf(() => assertSpan(trace, { name: /total/, logs: ["sum"] }))).not.toContain("The nearest");
  });

  it("count a span of the right name as nearer than one of a similar name", async () => {
    const steps = await recordTrace(() => {
      tracing.enterSpan("steps", (span) => span.setAttribute("n", 1));
      tracing.enterSpan("step", (span) => span.setAttribute("n", 2));
    });
    expect(messageOf(() => assertSpan(steps, { name: "step", attributes: { n: 1 } }))).toContain(
      "The nearest:\n    root > step\n      attribute n: expected 1, recorded 2\n    root > steps\n      name:",
    );
  });

  it("say what is there when there should be none, or another number", () => {
    expect(messageOf(() => expect(trace).not.toHaveSpan("fetch"))).toMatchInlineSnapshot(`
      "expect(trace).not.toHaveSpan(expected)

      1 span is like this:
          "fetch"

      Found:
          root > handleOrder > fetch

      Recorded:
          root
            handleOrder  order.id="17" order.rush=true
              kv_get  cloudflare.binding.name="ORDERS_KV" cloudflare.kv.query.keys="17"
              calculateTotal  item.count=2
                ! RangeError: no discount
                > log: items 2
              fetch  http.request.method="POST" url.full="https://api.example.com/notify" http.response.status_code=200"
    `);
    expect(messageOf(() => assertSpan(trace, "fetch", { times: 2 }))).toContain(
      "1 span is like this, not 2:\n",
    );
  });

  it("ask for the trace that they got no trace of", () => {
    expect(() => expect(order()).toHaveSpan("x")).toThrow("not a promise: await it");
    expect(() => assertTree(undefined as never, "x")).toThrow("not undefined");
    expect(() => expect({}).toMatchTree("x")).toThrow(TypeError);
  });
});

describe("toMatchTree and assertTree", async () => {
  const trace = await order();

  it.each<[string, TreePattern]>([
    ["names", ["root", ["handleOrder", "kv_get", "calculateTotal", "fetch"]]],
    ["objects", { name: "root", children: [{ name: /Order/, children: ["kv_get", /Total/, "fetch"] }] }],
    [
      "an object at an array's head",
      ["root", [{ attributes: { "order.id": "17" } }, "kv_get", "calculateTotal", "fetch"]],
    ],
    ["others", ["root", ["handleOrder", "kv_get", "..."]]],
    ["others between", ["root", ["handleOrder", "kv_get", "...", "fetch"]]],
    ["only others", ["root", "..."]],
    ["any order", ["root", ["handleOrder", unordered("fetch", "calculateTotal", "kv_get")]]],
    [
      "any order after a first one",
      ["root", ["handleOrder", "kv_get", unordered("fetch", "calculateTotal")]],
    ],
    ["any order with others", ["root", ["handleOrder", unordered("fetch", "kv_get", "...")]]],
  ])("accept %s", (_what, tree) => {
    expect(trace).toMatchTree(tree);
    assertTree(trace, tree);
  });

  it.each<[string, TreePattern]>([
    ["a missing child", ["root", ["handleOrder", "kv_get", "calculateTotal", "fetch", "render"]]],
    ["a child too many", ["root", ["handleOrder", "kv_get", "fetch"]]],
    ["children of a name alone", ["root", "handleOrder"]],
    ["children of an object without any", ["root", { name: "handleOrder" }]],
    ["another order", ["root", ["handleOrder", "calculateTotal", "kv_get", "fetch"]]],
    ["another order among others", ["root", ["handleOrder", "fetch", "kv_get", "..."]]],
    [
      "an attribute",
      [
        "root",
        ["handleOrder", "kv_get", { name: "calculateTotal", attributes: { "item.count": 3 } }, "fetch"],
      ],
    ],
    ["another depth", ["root", "..." as const, ["fetch"]]],
    ["one too few of an unordered run", ["root", ["handleOrder", unordered("kv_get", "calculateTotal")]]],
    [
      "the wrong ones in an unordered run",
      ["root", ["handleOrder", unordered("kv_get", "fetch"), "calculateTotal"]],
    ],
    ["one span for two of an unordered run", ["root", ["handleOrder", unordered("kv_get", "kv_get", "...")]]],
  ])("refuse %s", (_what, tree) => {
    expect(trace).not.toMatchTree(tree);
    expect(() => assertTree(trace, tree)).toThrow(AssertionError);
    expect(messageOf(() => assertTree(trace, tree))).toMatch(/^[-+] /m);
  });

  it("match a span with what is below it", () => {
    expect(trace.span("handleOrder")).toMatchTree(["handleOrder", "kv_get", "calculateTotal", "fetch"]);
  });

  it("find for each of an unordered run a span of its own, whichever way round", async () => {
    const parallel = await recordTrace(() => {
      tracing.enterSpan("step", (span) => span.setAttribute("n", 1));
      tracing.enterSpan("step", (span) => span.setAttribute("n", 2));
    });
    const second = { name: "step", attributes: { n: 2 } };
    expect(parallel).toMatchTree(["root", unordered("step", second)]);
    expect(parallel).toMatchTree(["root", unordered(second, "step")]);
    expect(parallel).not.toMatchTree(["root", unordered(second, second)]);
    const first = { name: "step", attributes: { n: 1 } };
    expect(parallel).toMatchTree(["root", unordered("step", first)]);
  });

  it("show both trees as one", () => {
    const tree: TreePattern = [
      "root",
      [
        "handleOrder",
        "kv_put",
        { name: "calculateTotal", attributes: { "item.count": 3 }, logs: ["sum"] },
        ["fetch", "connect"],
      ],
    ];
    expect(messageOf(() => expect(trace).toMatchTree(tree))).toMatchInlineSnapshot(`
      "expect(trace).toMatchTree(expected)

      - expected  + recorded

        root
          handleOrder  order.id="17" order.rush=true
      -     kv_put
      +     kv_get  cloudflare.binding.name="ORDERS_KV" cloudflare.kv.query.keys="17"
      -     calculateTotal  item.count=3  { logs: ["sum"] }
      +     calculateTotal  item.count=2
              ! RangeError: no discount
              > log: items 2
            fetch  http.request.method="POST" url.full="https://api.example.com/notify" http.response.status_code=200
      -       connect"
    `);
    expect(
      messageOf(() =>
        assertTree(trace, ["root", ["handleOrder", unordered("fetch", "kv_get"), "calculateTotal"]]),
      ),
    ).toMatchInlineSnapshot(`
      "assertTree(trace, expected)

      - expected  + recorded

        root
          handleOrder  order.id="17" order.rush=true
            kv_get  cloudflare.binding.name="ORDERS_KV" cloudflare.kv.query.keys="17"
      -     fetch
            calculateTotal  item.count=2
              ! RangeError: no discount
              > log: items 2
      +     fetch  http.request.method="POST" url.full="https://api.example.com/notify" http.response.status_code=200"
    `);
    expect(messageOf(() => assertTree(trace, "main"))).toMatchInlineSnapshot(`
      "assertTree(trace, expected)

      - expected  + recorded

      - main
      + root
      +   handleOrder  order.id="17" order.rush=true
      +     kv_get  cloudflare.binding.name="ORDERS_KV" cloudflare.kv.query.keys="17"
      +     calculateTotal  item.count=2
      +       ! RangeError: no discount
      +       > log: items 2
      +     fetch  http.request.method="POST" url.full="https://api.example.com/notify" http.response.status_code=200"
    `);
    expect(messageOf(() => expect(trace).not.toMatchTree(["root", "..."]))).toContain(
      "The tree is just this:\n    root",
    );
  });

  it("leave out what is far from any difference", async () => {
    const many = await recordTrace(() => {
      for (let i = 0; i < 500; i++) tracing.enterSpan(`step ${i}`, () => {});
    });
    const steps = Array.from({ length: 500 }, (_, i) => (i === 250 ? "other" : `step ${i}`));
    expect(messageOf(() => assertTree(many, ["root", ...steps]))).toMatchInlineSnapshot(`
      "assertTree(trace, expected)

      - expected  + recorded

        root
        …
          step 247
          step 248
          step 249
      -   other
      +   step 250
          step 251
          step 252
          step 253
        …"
    `);
  });

  it("say of an unsampled trace that it has no tree", async () => {
    const unsampled = await recordTrace(() => {}, { sampled: false });
    expect(messageOf(() => assertTree(unsampled, "root"))).toContain("sampled: false");
  });

  it.each<[string, unknown]>([
    ["an array without a name", []],
    ["an array for a name", [["a"], "b"]],
    ["null", null],
    ["unordered at the top", unordered("a")],
    ["children twice", [{ name: "a", children: ["b"] }, "c"]],
    ["an ordered and an unordered run among others", ["root", "a", unordered("b"), "..."]],
  ])("refuse to read %s as a tree", (_what, tree) => {
    expect(() => assertTree(trace, tree as TreePattern)).toThrow(TypeError);
  });
});

it("refuse a pattern with a property that no span is known by, which would hold for any span", async () => {
  const trace = await order();
  const misspelt = { name: "calculateTotal", attribute: { "item.count": 3 } } as SpanPattern;
  const message =
    'A span is described by name, parent, attributes, status, kind, events, exceptions, logs, links, unfinished; there is no "attribute"';
  expect(() => assertSpan(trace, misspelt)).toThrow(new TypeError(message));
  expect(() => expect(trace).not.toHaveSpan(misspelt)).toThrow(message);
  expect(() => assertSpan(trace, { name: "kv_get", parent: misspelt })).toThrow(message);
  expect(() => assertTree(trace, ["root", [misspelt, "..."]])).toThrow(message);
  expect(() => assertSpan(trace, { name: "kv_get", children: [] } as SpanPattern)).toThrow('no "children"');
});

it("refuse what is no pattern or no trace with the test's own line first in the stack", async () => {
  const trace = await order();
  for (const refused of [
    () => expect(trace).toMatchTree(["root", [["kv_get"]]] as never),
    () => expect({}).toHaveSpan("kv_get"),
    () => assertTree(trace, ["root", [["kv_get"]]] as never),
    () => assertSpan({} as Trace, "kv_get"),
  ]) {
    expect(refused).toThrow(TypeError);
    expect(firstFrame(refused)).toContain("matchers.test.ts");
  }
});

/** The first line of the stack that belongs to no runner. */
function firstFrame(refused: () => void): string | undefined {
  try {
    refused();
  } catch (error) {
    const lines = (error as Error).stack?.split("\n") ?? [];
    return lines.find((line) => line.startsWith("    at ") && !line.includes("node_modules"));
  }
  return undefined;
}

it("fail as a runner expects it: as assertions, and with the test's own line first in the stack", async () => {
  const trace = await order();
  const error = await Promise.resolve()
    .then(() => assertSpan(trace, "x"))
    .catch((thrown: unknown) => thrown as AssertionError);
  assert(error instanceof Error);
  chai(error).toMatchObject({ name: "AssertionError", code: "ERR_ASSERTION" });
  expect(error.stack?.split("\n").find((line) => line.startsWith("    at "))).toContain("matchers.test.ts");
});
