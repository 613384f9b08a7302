import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OVERSCAN, ROW_PX, scrollTopFor, slotsOf, windowAt } from "./row-window.ts";

const anything = { topmost: fc.nat(2_000), heightPx: fc.nat(3_000), count: fc.nat(1_000) };

describe("the rows that exist", () => {
  it("are all that can be in sight, and no more than there are slots for", () => {
    fc.assert(
      fc.property(
        fc.record(anything),
        fc.constantFrom(0, OVERSCAN),
        ({ topmost, heightPx, count }, beyond) => {
          const { first, end } = windowAt(topmost, heightPx, count, beyond);
          expect(first).toBeGreaterThanOrEqual(0);
          expect(end).toBeLessThanOrEqual(count);
          expect(end - first).toBeLessThanOrEqual(slotsOf(heightPx));
          for (let row = topmost; row < count && row * ROW_PX < topmost * ROW_PX + heightPx + ROW_PX; row++) {
            expect(row >= first && row < end).toBe(true);
          }
        },
      ),
    );
  });

  it("are none of an empty trace", () => {
    expect(windowAt(0, 600, 0, OVERSCAN)).toEqual({ first: 0, end: 0 });
  });
});

describe("scrolling to a row", () => {
  const view = { scrollTop: 10 * ROW_PX, heightPx: 20 * ROW_PX, coveredPx: 0 };

  it.each([
    ["in sight", 10, "nearest", 10 * ROW_PX],
    ["last in sight", 29, "middle", 10 * ROW_PX],
    ["just above", 9, "nearest", 9 * ROW_PX],
    ["just below", 30, "nearest", 11 * ROW_PX],
    ["far below", 100, "middle", 90.5 * ROW_PX],
    ["first", 0, "middle", 0],
  ] as const)("%s", (_what, row, align, expected) => {
    expect(scrollTopFor(row, align, view)).toBe(expected);
  });

  it("keeps clear of what is stuck above the rows", () => {
    expect(scrollTopFor(11, "nearest", { ...view, coveredPx: 44 })).toBe(11 * ROW_PX - 44);
    expect(scrollTopFor(12, "nearest", { ...view, coveredPx: 44 })).toBe(10 * ROW_PX);
  });
});
