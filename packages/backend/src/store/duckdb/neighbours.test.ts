// Traces are grouped by where they lie: each is in one group, groups cover their traces and are in order.

import fc from "fast-check";
import { expect, test } from "vitest";
import { neighboursAmong, type Period } from "./neighbours.ts";

const MINUTE = 60_000_000_000n;

const trace = (fromMinutes: number, minutes = 0): Period => ({
  lowestUnixNano: BigInt(Math.round(fromMinutes * 60)) * 1_000_000_000n,
  lastUnixNano: BigInt(Math.round((fromMinutes + minutes) * 60)) * 1_000_000_000n,
});
const bounds = (traces: readonly Period[]) =>
  neighboursAmong(traces).map(({ lowestUnixNano, lastUnixNano, traces }) => [
    Number(lowestUnixNano / MINUTE),
    Number(lastUnixNano / MINUTE),
    traces.length,
  ]);

test("traces that are near each other, or within another, are one group", () => {
  expect(bounds([trace(60), trace(0), trace(0.5), trace(61), trace(200, 30), trace(210, 1)])).toEqual([
    [0, 0, 2],
    [60, 61, 2],
    [200, 230, 2],
  ]);
});

test("of too many groups those with the least between them are one", () => {
  const hours = Array.from({ length: 11 }, (_, hour) => trace(hour * 60));
  expect(bounds([...hours, trace(604), trace(606), trace(609)])).toEqual([
    ...hours.map((_, hour) => [hour * 60, hour * 60, 1]),
    [604, 609, 3],
  ]);
});

test("whatever there is, nothing is lost and groups do not overlap", () => {
  const traces = fc.array(fc.tuple(fc.nat(5_000), fc.nat(50)), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(traces, (periods) => {
      const given = periods.map(([from, minutes]) => trace(from, minutes));
      const groups = neighboursAmong(given);
      expect(groups.length).toBeLessThanOrEqual(12);
      expect(new Set(groups.flatMap(({ traces }) => traces))).toEqual(new Set(given));
      expect(groups.reduce((sum, { traces }) => sum + traces.length, 0)).toBe(given.length);
      let end = -1n;
      for (const { lowestUnixNano, lastUnixNano, traces } of groups) {
        expect(lowestUnixNano).toBeGreaterThan(end);
        for (const one of traces) {
          expect(one.lowestUnixNano).toBeGreaterThanOrEqual(lowestUnixNano);
          expect(one.lastUnixNano).toBeLessThanOrEqual(lastUnixNano);
        }
        end = lastUnixNano;
      }
    }),
  );
});
