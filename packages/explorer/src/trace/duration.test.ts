import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatDuration, formatExactDuration, formatOffset } from "./duration.ts";
import { nanos } from "./time.ts";

const UNIT: Record<string, number> = { ns: 1, µs: 1e3, ms: 1e6, s: 1e9, min: 60e9, h: 3_600e9, d: 86_400e9 };

/** Reads a formatted duration back, in nanoseconds. */
function read(text: string): number {
  const parts = text.replaceAll(",", "").matchAll(/([\d.]+) (\D+?)(?= |$)/g);
  return [...parts].reduce(
    (sum, [, figure, unit]) => sum + Number(figure) * (UNIT[unit as string] as number),
    0,
  );
}

function readExact(text: string): bigint {
  const [figure = "", unit = ""] = text.replaceAll(",", "").split(" ");
  const [whole = "", fraction = ""] = figure.split(".");
  return BigInt(whole + fraction.padEnd(Math.log10(UNIT[unit] as number), "0"));
}

const duration = fc.oneof(
  fc.nat({ max: 2_000_000 }),
  fc.double({ min: 0, max: 36, noNaN: true }).map((x) => Math.round(Math.exp(x))),
);

describe("formatDuration", () => {
  it.each([
    [0, "0 ns"],
    [840, "840 ns"],
    [1_000, "1 µs"],
    [12_400, "12.4 µs"],
    [3_421_000, "3.42 ms"],
    [999_499, "999 µs"],
    [999_999, "1 ms"],
    [1_204_000_000, "1.2 s"],
    [59_999_999_999, "1 min 00 s"],
    [65_000_000_000, "1 min 05 s"],
    [3_599_999_999_999, "1 h 00 min"],
    [7_380_000_000_000, "2 h 03 min"],
    [273_600_000_000_000, "3 d 04 h"],
    [-1_500_000, "−1.5 ms"],
  ])("%d ns is %s", (ns, text) => {
    expect(formatDuration(nanos(ns))).toBe(text);
  });

  it("is off by half a percent at most below a minute, by a part in sixty above", () => {
    fc.assert(
      fc.property(duration, (ns) => {
        const error = Math.abs(read(formatDuration(nanos(ns))) - ns);
        expect(error).toBeLessThanOrEqual(ns * (ns < 60e9 ? 0.0051 : 1 / 48) + 1e-3);
      }),
      { numRuns: 2_000 },
    );
  });

  it("grows as the duration grows", () => {
    fc.assert(
      fc.property(duration, duration, (a, b) => {
        const [less, more] = a < b ? [a, b] : [b, a];
        expect(read(formatDuration(nanos(less)))).toBeLessThanOrEqual(
          read(formatDuration(nanos(more))) * (1 + 1e-9),
        );
      }),
      { numRuns: 2_000 },
    );
  });

  it("never shows a thousand of a unit that has a larger one", () => {
    fc.assert(
      fc.property(duration, (ns) => {
        const [figure = "0", unit] = formatDuration(nanos(ns)).split(" ");
        if (unit !== "d") expect(Number(figure)).toBeLessThan(1_000);
      }),
    );
  });
});

describe("formatExactDuration", () => {
  it("loses nothing", () => {
    fc.assert(
      fc.property(duration, (ns) => {
        expect(readExact(formatExactDuration(nanos(ns)))).toBe(BigInt(ns));
      }),
    );
    expect(formatExactDuration(nanos(1_234_567))).toBe("1.234567 ms");
    expect(formatExactDuration(nanos(2_000_000))).toBe("2 ms");
    expect(formatExactDuration(nanos(4_000_000_000_007))).toBe("4,000.000000007 s");
  });
});

describe("formatOffset", () => {
  it("always has a sign", () => {
    expect([formatOffset(nanos(3_420_000)), formatOffset(nanos(-120_000))]).toEqual(["+3.42 ms", "−120 µs"]);
  });
});
