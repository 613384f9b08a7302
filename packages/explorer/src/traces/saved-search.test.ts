import { expect, it } from "vitest";
import { savedSearchOf, searchOfSaved } from "./saved-search.ts";

it("comes back as it was", () => {
  const search = {
    q: "a b&c=1",
    service: "shop",
    errors: "1",
    took: "5-9",
    sort: "spans",
    last: "1h",
  } as const;
  expect(searchOfSaved(savedSearchOf(search))).toEqual({ ...search, from: undefined, to: undefined });
});

it("is a query of the telemetry API", () => {
  expect(savedSearchOf({ q: "status:error", service: "shop" })).toEqual({
    search: "status:error",
    filters: [{ key: "$metadata.service", operation: "eq", type: "string", value: "shop" }],
    explorer: "?q=status%3Aerror&service=shop",
  });
  expect(savedSearchOf({})).toEqual({ filters: [], explorer: "" });
});

it("is not what other pages and clients saved", () => {
  expect(searchOfSaved({ calculations: [] })).toBeUndefined();
  expect(searchOfSaved({ explorer: { q: 1 } })).toBeUndefined();
});
