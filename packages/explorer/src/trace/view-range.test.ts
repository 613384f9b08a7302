import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nanos, type TimeRange } from "./time.ts";
import { clampRange, isWhole, MIN_RANGE, pan, rangeBetween, zoom } from "./view-range.ts";

const whole = { start: nanos(0), end: nanos(5e9) };
const ranges = fc
  .tuple(fc.double({ min: -1e9, max: 6e9, noNaN: true }), fc.double({ min: 0, max: 7e9, noNaN: true }))
  .map(([start, length]) => ({ start: nanos(start), end: nanos(start + length) }));
const inside = ranges.map((range) => clampRange(range, whole));
const lengthOf = ({ start, end }: TimeRange) => end - start;

function expectInside(range: TimeRange): void {
  expect(range.start).toBeGreaterThanOrEqual(whole.start);
  expect(range.end).toBeLessThanOrEqual(whole.end + 1e-3);
  expect(lengthOf(range)).toBeGreaterThanOrEqual(MIN_RANGE - 1e-3);
}

describe("the shown range", () => {
  it("never leaves the trace and never falls below a microsecond, whatever is done to it", () => {
    fc.assert(
      fc.property(
        ranges,
        inside,
        fc.double({ min: 0.01, max: 1e9, noNaN: true }),
        fc.double({ min: -3, max: 3, noNaN: true }),
        (any, range, factor, share) => {
          expectInside(clampRange(any, whole));
          expectInside(zoom(range, factor, range.start, whole));
          expectInside(pan(range, share, whole));
        },
      ),
    );
  });

  it("keeps the point under the pointer where it is while there is room", () => {
    const before = { start: nanos(1e9), end: nanos(2e9) };
    const after = zoom(before, 4, nanos(1.25e9), whole);
    expect(after).toEqual({ start: 1.1875e9, end: 1.4375e9 });
    expect((1.25e9 - after.start) / lengthOf(after)).toBeCloseTo(0.25);
  });

  it("keeps its length when panned, and stops at the ends", () => {
    const range = { start: nanos(1e9), end: nanos(2e9) };
    expect(pan(range, 0.5, whole)).toEqual({ start: 1.5e9, end: 2.5e9 });
    expect(pan(range, 50, whole)).toEqual({ start: 4e9, end: 5e9 });
    expect(pan(range, -50, whole)).toEqual({ start: 0, end: 1e9 });
  });

  it("shows a trace shorter than a microsecond whole", () => {
    const short = { start: nanos(0), end: nanos(300) };
    expect(zoom(short, 8, nanos(100), short)).toEqual(short);
    expect(isWhole(short, short)).toBe(true);
  });

  it("is what lies between two points, dragged either way", () => {
    const range = { start: nanos(100), end: nanos(200) };
    expect(rangeBetween(0.8, 0.2, range)).toEqual({ start: 120, end: 180 });
    expect(rangeBetween(-1, 0.5, range)).toEqual({ start: 100, end: 150 });
  });
});
