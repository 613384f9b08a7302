import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  areaBetween,
  boxOfCell,
  bucketsOf,
  columnsOf,
  type Heat,
  leastOf,
  levelsOf,
  placeAt,
  stepOf,
  tookOf,
  tookOfRows,
  tookText,
} from "./heat.ts";

const heat: Heat = {
  period: { fromMs: 1_005, toMs: 1_095 },
  bucketMs: 10,
  levelsPerDecade: 8,
  cells: [
    { startMs: 1_000, level: 48, count: 3, errors: 0 },
    { startMs: 1_050, level: 50, count: 40, errors: 2 },
    { startMs: 1_050, level: 63, count: 1, errors: 1 },
    { startMs: 1_090, level: 55, count: 7, errors: 0 },
  ],
};
const levels = levelsOf(heat);

it("shows whole decades of duration", () => {
  expect(levels).toEqual({ low: 48, high: 63, isOpen: false });
  expect(levelsOf({ ...heat, cells: [] })).toEqual({ low: 48, high: 55, isOpen: false });
});

describe("traces without a length", () => {
  const cells = [...heat.cells, { startMs: 1_000, level: 0, count: 9, errors: 0 }];
  const some = { ...heat, cells };
  const open = levelsOf(some);

  it("have one row below the others", () => {
    expect(open).toEqual({ low: 47, high: 63, isOpen: true });
    expect(cells.map((cell) => boxOfCell(cell, some, open).bottom)).toEqual(
      [1, 3, 16, 8, 0].map((row) => row * (1 / 17)),
    );
    expect(levelsOf({ ...heat, cells: cells.slice(-1) })).toEqual({ low: 47, high: 55, isOpen: true });
  });

  it("are chosen with that row, from 0 on", () => {
    const lowest = areaBetween({ column: 0, level: 47 }, { column: 0, level: 47 }, some, open);
    expect(lowest).toMatchObject({ took: { from: 0, to: 1_000_000 }, count: 9 });
    expect(bucketsOf(some, lowest.took)).toEqual([{ startMs: 1_000, count: 9, errors: 0 }]);
    const next = areaBetween({ column: 0, level: 48 }, { column: 0, level: 48 }, some, open);
    expect(next).toMatchObject({ took: { from: 1_000_000 }, count: 3 });
  });
});

it("places cells, cut where the period begins and ends", () => {
  const [first, , top, last] = heat.cells.map((cell) => boxOfCell(cell, heat, levels));
  expect(first).toEqual({ left: 0, width: 5 / 90, bottom: 0, height: 1 / 16 });
  expect(top?.bottom).toBe(15 / 16);
  expect((last?.left ?? 0) + (last?.width ?? 0)).toBe(1);
});

it("counts by time what took so long", () => {
  expect(bucketsOf(heat, undefined)).toEqual([
    { startMs: 1_000, count: 3, errors: 0 },
    { startMs: 1_050, count: 41, errors: 3 },
    { startMs: 1_090, count: 7, errors: 0 },
  ]);
  expect(bucketsOf(heat, tookOfRows(50, 55, levels, 8))).toEqual([
    { startMs: 1_050, count: 40, errors: 2 },
    { startMs: 1_090, count: 7, errors: 0 },
  ]);
});

describe("durations in the address", () => {
  it.each([undefined, "", "5", "5-5", "9-5", "-1-5", "a-b", "1-9e9", `1-${"9".repeat(19)}`])(
    "%s is none",
    (text) => {
      expect(tookOf(text)).toBeUndefined();
    },
  );

  it("come back, and begin where the server's level begins", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 10 }), (low, more) => {
        const took = tookOf(tookText(tookOfRows(low, low + more, levels, 8)));
        const levelOf = (duration: number) => Math.floor(Math.log10(Math.max(1, duration)) * 8);
        // Below 10 ns a level may hold no whole number.
        fc.pre(took !== undefined && low > 8);
        expect(levelOf(took?.from ?? 0)).toBe(low);
        expect(levelOf((took?.from ?? 0) - 1)).toBeLessThan(low);
        expect(levelOf((took?.to ?? 0) - 1)).toBeLessThanOrEqual(low + more);
      }),
    );
    expect(leastOf(48, 8)).toBe(1_000_000);
  });
});

it("knows the place under any point, and every cell lies where its middle is", () => {
  for (const cell of heat.cells) {
    const box = boxOfCell(cell, heat, levels);
    const place = placeAt(box.left + box.width / 2, box.bottom + box.height / 2, heat, levels);
    expect(place).toEqual({ column: (cell.startMs - 1_000) / 10, level: cell.level });
  }
  fc.assert(
    fc.property(fc.double({ noNaN: true }), fc.double({ noNaN: true }), (x, y) => {
      const { column, level } = placeAt(x, y, heat, levels);
      expect(column).toBeGreaterThanOrEqual(0);
      expect(column).toBeLessThan(columnsOf(heat));
      expect(level).toBeGreaterThanOrEqual(levels.low);
      expect(level).toBeLessThanOrEqual(levels.high);
    }),
  );
});

it("sums what lies between two places, whichever comes first", () => {
  const area = areaBetween({ column: 9, level: 63 }, { column: 5, level: 50 }, heat, levels);
  expect(area).toEqual({
    period: { fromMs: 1_050, toMs: 1_095 },
    took: { from: leastOf(50, 8), to: 100_000_000 },
    rows: { low: 50, high: 63 },
    count: 48,
    errors: 3,
  });
});

it("grows darker with the logarithm of the count", () => {
  expect([1, 10, 100, 1_000, 10_000].map((count) => stepOf(count, 10_000))).toEqual([1, 2, 3, 4, 5]);
  expect(stepOf(1, 1)).toBe(3);
});
