// Which of the tracer's instrumentations a Wrangler file calls for: one too few would leave a binding without spans.
import { expect, it } from "vitest";
import { instrumentationsFor } from "./bindings.ts";

const bound = (...types: string[]) =>
  Object.fromEntries(types.map((type, at) => [`BINDING_${at}`, { type }]));

it.each([
  ["nothing", [], []],
  ["what every Worker's entry has", ["service", "plain_text", "send_email"], []],
  ["two of a kind", ["kv_namespace", "kv_namespace"], ["kv"]],
  [
    "all kinds",
    ["kv_namespace", "d1", "r2_bucket", "queue", "durable_object_namespace"],
    ["kv", "d1", "r2", "queues", "objectStorage"],
  ],
])("a Worker that binds %s", (_what, types, expected) => {
  expect(instrumentationsFor({ compatibility_flags: [] }, bound(...types))).toEqual(expected);
});

it.each([
  ["migrations", { migrations: [{ tag: "v1", new_sqlite_classes: ["Counter"] }] }],
  ["exports", { exports: { Counter: { type: "durable-object" } } }],
])("Durable Objects that only its %s tell of have a storage", (_where, config) => {
  expect(instrumentationsFor({ compatibility_flags: [], ...config }, {})).toEqual(["objectStorage"]);
});
