import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { niceTicks } from "./ticks.ts";
import { DAY, nanos } from "./time.ts";

const labels = (start: number, end: number): string[] =>
  niceTicks({ start: nanos(start), end: nanos(end) }).map((tick) => tick.label);

/** Lengths spread evenly over the decades from 4 ns to 104 days, as real traces are. */
const length = fc
  .double({ min: Math.log(4), max: Math.log(104 * DAY), noNaN: true })
  .map((x) => Math.round(Math.exp(x)));

describe("niceTicks", () => {
  it("makes five to nine marks of a whole trace, inside it", () => {
    fc.assert(
      fc.property(length, (end) => {
        const ticks = niceTicks({ start: nanos(0), end: nanos(end) });
        expect(ticks.length).toBeGreaterThanOrEqual(5);
        expect(ticks.length).toBeLessThanOrEqual(9);
        expect(ticks[0]?.at).toBe(0);
        expect(ticks.at(-1)?.at).toBeLessThanOrEqual(end);
      }),
      { numRuns: 2_000 },
    );
  });

  it("makes five to nine marks of any part of a trace", () => {
    fc.assert(
      fc.property(length, fc.double({ min: 0, max: 1, noNaN: true }), (size, at) => {
        const start = Math.round(at * 1e15);
        const ticks = niceTicks({ start: nanos(start), end: nanos(start + size) });
        expect(ticks.length).toBeGreaterThanOrEqual(5);
        expect(ticks.length).toBeLessThanOrEqual(9);
        for (const tick of ticks) {
          expect(tick.at).toBeGreaterThanOrEqual(start);
          expect(tick.at).toBeLessThanOrEqual(start + size);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it("reaches from end to end in even steps", () => {
    fc.assert(
      fc.property(length, fc.nat({ max: 1_000_000 }), (size, start) => {
        const at = niceTicks({ start: nanos(start), end: nanos(start + size) }).map(
          (tick) => tick.at as number,
        );
        const step = (at[1] as number) - (at[0] as number);
        at.slice(1).forEach((time, index) => {
          expect(time - (at[index] as number)).toBe(step);
        });
        expect((at[0] as number) - start).toBeLessThan(step);
        expect(start + size - (at.at(-1) as number)).toBeLessThan(step);
      }),
      { numRuns: 2_000 },
    );
  });

  it("labels no two marks alike", () => {
    fc.assert(
      fc.property(length, (end) => {
        const all = labels(0, end);
        expect(new Set(all).size).toBe(all.length);
      }),
    );
  });

  it("counts in steps people count in, in one unit", () => {
    expect(labels(0, 48_230_000)).toEqual(["0 ms", "10 ms", "20 ms", "30 ms", "40 ms"]);
    expect(labels(0, 4e9)).toEqual(["0 s", "0.5 s", "1 s", "1.5 s", "2 s", "2.5 s", "3 s", "3.5 s", "4 s"]);
    expect(labels(0, 90e9)).toEqual(["0 s", "15 s", "30 s", "45 s", "60 s", "75 s", "90 s"]);
    expect(labels(0, 600)).toEqual(["0 ns", "100 ns", "200 ns", "300 ns", "400 ns", "500 ns", "600 ns"]);
  });

  it("has few marks where there are few nanoseconds", () => {
    expect(labels(0, 1)).toEqual(["0 ns", "1 ns"]);
  });
});
