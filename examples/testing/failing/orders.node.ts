// Assertions that fail, to be looked at.
import { test } from "node:test";
import { assertSpan, assertTree, recordTrace } from "@enterspan/tracing/testing";
import { handleOrder } from "../src/orders.ts";
import { makeEnv } from "../test/env.ts";

const record = () =>
  recordTrace(() => handleOrder(makeEnv(), "17"), { fetch: async () => new Response("ok") });

test("expects another attribute", async () => {
  assertSpan(await record(), { name: "calculateTotal", attributes: { "item.count": 3 } });
});

test("expects another tree", async () => {
  assertTree(await record(), ["root", ["handleOrder", "kv_get", "calculateTotal", ["fetch", "connect"]]]);
});
