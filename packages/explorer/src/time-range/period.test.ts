import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { periodOf, searchOf, shifted } from "./period.ts";

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
