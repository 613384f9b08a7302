// The test with Vitest: fetch is mocked as Vitest mocks it, and `expect` has matchers for spans.
import { recordTrace } from "@enterspan/tracing/testing";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { handleOrder } from "../src/orders.ts";
import { makeEnv } from "./env.ts";

beforeEach(() => {
  vi.stubGlobal(
    "fetch",
    vi.fn(async () => new Response("ok")),
  );
});

afterEach(() => {
  vi.unstubAllGlobals();
});

it("reads the order, adds it up and tells of it", async () => {
  const trace = await recordTrace(() => handleOrder(makeEnv(), "17"));

  expect(await trace.result.json()).toEqual({ orderId: "17", total: 5 });
  expect(fetch).toHaveBeenCalledWith("https://api.example.com/notify", {
    method: "POST",
    body: '{"orderId":"17","total":5}',
  });
  expect(trace).toMatchTree(["root", ["handleOrder", "kv_get", "calculateTotal", "fetch"]]);
  expect(trace).toHaveSpan({
    name: "calculateTotal",
    parent: "handleOrder",
    attributes: { "item.count": 2 },
  });
});

it("tells nobody of an order that there is not", async () => {
  const trace = await recordTrace(() => handleOrder(makeEnv(), "18"));

  expect(trace.result.status).toBe(404);
  expect(trace).not.toHaveSpan("fetch");
  expect(trace).toMatchInlineSnapshot(`
    root
      handleOrder  order.id="18"
        kv_get  cloudflare.binding.name="ORDERS_KV" cloudflare.kv.query.keys="18" cloudflare.kv.query.type="json"
  `);
});
