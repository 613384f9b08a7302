// Which of the tracer's instrumentations a Wrangler file calls for: one too few would leave a binding without spans.
import { expect, it } from "vitest";
import { instrumentationsFor } from "./bindings.ts";

const bound = (...types: string[]) =>
  Object.fromEntries(types.map((type, at) => [`BINDING_${at}`, { type }]));

it.each([
  ["nothing", [], ["email"]],
  ["what every Worker's entry has", ["service", "plain_text", "send_email"], ["email"]],
  ["two of a kind", ["kv_namespace", "kv_namespace"], ["kv", "email"]],
  [
    "all kinds",
    ["kv_namespace", "d1", "r2_bucket", "queue", "durable_object_namespace", "ai", "workflow"],
    ["kv", "d1", "r2", "queues", "objectStorage", "services", "workflows", "email"],
  ],
  ["what is new to us", ["brand_new"], ["services", "email"]],
])("a Worker that binds %s", (_what, types, expected) => {
  expect(instrumentationsFor({ compatibility_flags: [] }, bound(...types))).toEqual(expected);
});

it.each([
  ["migrations", { migrations: [{ tag: "v1", new_sqlite_classes: ["Counter"] }] }],
  ["exports", { exports: { Counter: { type: "durable-object" } } }],
])("Durable Objects that only its %s tell of have a storage", (_where, config) => {
  expect(instrumentationsFor({ compatibility_flags: [], ...config }, {})).toEqual(["objectStorage", "email"]);
});

it("a consumer that sends nothing itself is linked to those who do", () => {
  const config = { compatibility_flags: [], queues: { consumers: [{ queue: "orders" }] } };
  expect(instrumentationsFor(config, {})).toEqual(["queues", "email"]);
});
