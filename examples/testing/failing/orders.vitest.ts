// Assertions that fail, to be looked at.
import { recordTrace, unordered } from "@enterspan/tracing/testing";
import { expect, it } from "vitest";
import { handleOrder } from "../src/orders.ts";
import { makeEnv } from "../test/env.ts";

const record = () =>
  recordTrace(() => handleOrder(makeEnv(), "17"), { fetch: async () => new Response("ok") });

it("expects another attribute", async () => {
  expect(await record()).toHaveSpan({ name: "calculateTotal", attributes: { "item.count": 3 } });
});

it("expects another tree", async () => {
  expect(await record()).toMatchTree([
    "root",
    ["handleOrder", unordered("kv_get", "d1_first"), "calculateTotal", { name: "fetch", status: "error" }],
  ]);
});
