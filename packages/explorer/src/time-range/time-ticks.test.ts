import fc from "fast-check";
import { expect, it } from "vitest";
import { timeTicks } from "./time-ticks.ts";

const at = (...parts: [number, number, number, number?, number?, number?, number?]): number =>
  new Date(...parts).getTime();
const labels = (fromMs: number, toMs: number): string[] =>
  timeTicks({ fromMs, toMs }, 6).map(({ label }) => label);

it.each([
  ["a day", at(2026, 10, 25, 10), at(2026, 10, 26, 10), ["12:00", "18:00", "26 Nov", "06:00"]],
  [
    "an hour",
    at(2026, 10, 26, 9, 5),
    at(2026, 10, 26, 10, 5),
    ["09:10", "09:20", "09:30", "09:40", "09:50", "10:00"],
  ],
  [
    "seconds",
    at(2026, 10, 26, 9, 5, 1),
    at(2026, 10, 26, 9, 5, 13),
    ["09:05:02", "09:05:04", "09:05:06", "09:05:08", "09:05:10", "09:05:12"],
  ],
  [
    "less",
    at(2026, 10, 26, 9, 5, 1, 0),
    at(2026, 10, 26, 9, 5, 1, 15),
    ["05:01.000", "05:01.005", "05:01.010", "05:01.015"],
  ],
  ["weeks", at(2026, 10, 3), at(2026, 10, 20), ["05 Nov", "12 Nov", "19 Nov"]],
])("marks round times of the reader's day in %s", (_, from, to, expected) => {
  expect(labels(from, to)).toEqual(expected);
});

it("marks no more than there is room for, in order, within the time", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4e12 }), fc.integer({ min: 1, max: 1e13 }), (fromMs, length) => {
      const ticks = timeTicks({ fromMs, toMs: fromMs + length }, 6);
      expect(ticks.length).toBeLessThanOrEqual(7);
      for (const [index, { ms }] of ticks.entries()) {
        expect(ms).toBeGreaterThanOrEqual(fromMs);
        expect(ms).toBeLessThanOrEqual(fromMs + length);
        expect(ms).toBeGreaterThan(ticks[index - 1]?.ms ?? -1);
      }
    }),
  );
});
