// The same test with node:test, which needs nothing else: the recording answers the program's requests.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertSpan, assertTree, recordTrace } from "@enterspan/tracing/testing";
import { handleOrder } from "../src/orders.ts";
import { makeEnv } from "./env.ts";

const answered = { fetch: async () => new Response("ok") };

test("reads the order, adds it up and tells of it", async () => {
  const trace = await recordTrace(() => handleOrder(makeEnv(), "17"), answered);

  assert.deepEqual(await trace.result.json(), { orderId: "17", total: 5 });
  assertTree(trace, ["root", ["handleOrder", "kv_get", "calculateTotal", "fetch"]]);
  assertSpan(trace, { name: "calculateTotal", parent: "handleOrder", attributes: { "item.count": Number } });
});

test("tells nobody of an order that there is not", async () => {
  const trace = await recordTrace(() => handleOrder(makeEnv(), "18"), answered);

  assert.equal(trace.result.status, 404);
  assertSpan(trace, "fetch", { times: 0 });
});
