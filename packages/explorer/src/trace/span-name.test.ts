// What spans are called on the page.
import { describe, expect, it } from "vitest";
import { serviceHue } from "../theme/palette.ts";
import { traceDurationLabel } from "./clock.ts";
import { titleOf } from "./span-name.ts";
import { nanos, unixNanos } from "./time.ts";

describe("titleOf", () => {
  it.each([
    ["GET", "GET", "/orders/42", "GET /orders/42"],
    ["fetch", "GET", "/orders/42", "fetch"],
    ["GET", "GET", undefined, "GET"],
    ["GET /orders/:id", "GET", "/orders/42", "GET /orders/:id"],
    ["", undefined, undefined, "(no name)"],
    [" \t", undefined, undefined, "(no name)"],
  ])("%j with method %j and path %j is %j", (name, method, path, title) => {
    expect(titleOf(name, method, path)).toBe(title);
  });
});

it("gives services hues of their own as long as there are any", () => {
  const services = Array.from({ length: 12 }, (_, i) => `service-${i}`);
  const hues = services.map(serviceHue);
  expect(new Set(hues).size).toBe(12);
  expect(services.map(serviceHue)).toEqual(hues);
  expect(hues).toContain(serviceHue("one more"));
});

it("does not call a trace on a millisecond clock 0 ns long", () => {
  const start = unixNanos(1_795_390_233_984_000_000n);
  expect(traceDurationLabel(start, nanos(0))).toBe("<1 ms");
  expect(traceDurationLabel(start, nanos(2_000_000))).toBe("2 ms");
  expect(traceDurationLabel(unixNanos(1_795_390_233_984_123_456n), nanos(840))).toBe("840 ns");
});
