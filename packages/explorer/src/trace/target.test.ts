import { expect, it } from "vitest";
import { madeUpSpan } from "./made-up.fixture.ts";
import type { Product } from "./product.ts";
import { targetOf } from "./target.ts";

const about = (key: string, value: string, product: Product = "Custom") =>
  targetOf(madeUpSpan({ product, attributes: [{ key, value: { type: "string", value } }] }));

it.each([
  ["cloudflare.kv.query.keys", "order:42", "order:42"],
  ["cloudflare.kv.query.prefix", "order:", "order:"],
  ["cloudflare.jsrpc.method", "charge", "charge"],
  ["url.full", "https://payments.example/charge?id=1", "payments.example/charge?id=1"],
  ["db.query.text", "SELECT *\n  FROM orders\n", "SELECT * FROM orders"],
  ["db.query.text", "x".repeat(1_000), "x".repeat(200)],
])("says of a call with %s what it was about", (key, value, shown) => {
  expect(about(key, value)).toBe(shown);
});

it("says nothing where nothing tells, nor of an invocation, whose title does", () => {
  expect(about("cloudflare.binding.name", "ORDERS")).toBe("");
  expect(about("url.full", "https://shop.example/", "Invocation")).toBe("");
});
