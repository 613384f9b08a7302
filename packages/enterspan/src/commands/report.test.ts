// Why requests leave no trace here, in words.
import { expect, it } from "vitest";
import { samplingCaveat } from "./report.ts";

const on = { enabled: true, headSamplingRate: 1 };
const kept = { destinations: [], persist: true };

const caveat = (traces: object, path = "wrangler.jsonc", route: object = {}) => {
  const service = { name: "shop", traces: { ...on, ...traces }, route: { traces: { ...kept, ...route } } };
  return samplingCaveat(service, path);
};

it("says nothing where all requests are traced", () => {
  expect(caveat({})).toBe(undefined);
});

it.each([
  ["wrangler.jsonc", '"observability": { "traces": { "enabled": true } }'],
  ["wrangler.toml", "[observability.traces] enabled = true"],
])("says how tracing is turned on in %s", (path, snippet) => {
  const text = `Tracing is off for shop. Turn it on in ${path}: ${snippet}`;
  expect(caveat({ enabled: false }, path)).toEqual({ say: "warn", text });
});

it.each([
  [0.29, "29"],
  [0, "0"],
  [0.0001, "0.01"],
])("says that a rate of %d keeps %s percent", (headSamplingRate, percent) => {
  const text = `head_sampling_rate keeps ${percent} % of the requests.`;
  expect(caveat({ headSamplingRate })).toEqual({ say: "note", text });
});

it.each([
  ["note", ["far", "away"], "they go on to far, away"],
  ["warn", [], "no destination is named for them"],
])("says as a %s where traces are that are not kept", (say, destinations, where) => {
  const text = `Traces of shop are not kept here ("persist" is false): ${where}.`;
  expect(caveat({}, undefined, { persist: false, destinations })).toEqual({ say, text });
});
