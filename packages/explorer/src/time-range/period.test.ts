import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { unixNanos } from "../trace/time.ts";
import { countedPeriod, periodOf, periodOfList, searchOf, shifted } from "./period.ts";

const NOW = 1_790_000_000_000;

describe("a period", () => {
  it.each([
    [{}, undefined],
    [{ last: "1h" }, { fromMs: NOW - 3_600_000, toMs: NOW }],
    [
      { last: "1h", from: "1", to: "2" },
      { fromMs: NOW - 3_600_000, toMs: NOW },
    ],
    [{ last: "ever" }, undefined],
    [
      { from: "10", to: "20" },
      { fromMs: 10, toMs: 20 },
    ],
    [{ from: "20", to: "10" }, undefined],
    [{ from: "10" }, undefined],
    [{ from: "-5", to: "10" }, undefined],
    [{ from: "x", to: "NaN" }, undefined],
    [{ from: "1", to: "9e99" }, undefined],
  ])("%j", (search, period) => {
    expect(periodOf(search, NOW)).toEqual(period);
  });

  it("comes back from the address, in whole milliseconds, whatever is dragged", () => {
    const time = fc.double({ min: 0, max: NOW, noNaN: true });
    fc.assert(
      fc.property(time, time, fc.double({ min: -3, max: 3, noNaN: true }), (a, b, share) => {
        const dragged = shifted({ fromMs: Math.min(a, b), toMs: Math.max(a, b) }, share);
        const period = periodOf(searchOf(dragged), NOW);
        expect(period?.fromMs).toBe(Math.floor(dragged.fromMs));
        expect((period?.toMs ?? 0) - dragged.toMs).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe("the time of a list", () => {
  const at = (ms: number) => unixNanos(BigInt(ms) * 1_000_000n);

  it("goes on to now while it grows", () => {
    const list = periodOfList(at(10_000), at(30_000), 34_000);
    expect(list).toEqual({ fromMs: 10_000, toMs: undefined });
    expect(countedPeriod({}, list, 40_000)).toEqual({ fromMs: 10_000, toMs: 40_000 });
  });

  it("ends with the newest where that came long ago", () => {
    const list = periodOfList(at(10_000), at(30_000), 36_000);
    expect(list).toEqual({ fromMs: 10_000, toMs: 30_200 });
    expect(countedPeriod({}, list, 40_000)).toEqual({ fromMs: 10_000, toMs: 30_200 });
    expect(periodOfList(at(10_000), at(10_000), 36_000)).toEqual({ fromMs: 10_000, toMs: 10_010 });
  });

  it("is none for an empty list, and not asked for where the address names one", () => {
    expect(periodOfList(undefined, undefined, 5)).toBeUndefined();
    expect(countedPeriod({}, undefined, 5)).toBeUndefined();
    expect(countedPeriod({ from: "1", to: "3" }, { fromMs: 7, toMs: 9 }, 5)).toEqual({ fromMs: 1, toMs: 3 });
  });
});
