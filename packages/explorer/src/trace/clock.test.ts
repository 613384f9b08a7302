import { describe, expect, it } from "vitest";
import { clockOf, spanDurationLabel } from "./clock.ts";
import { madeUpSpan } from "./made-up.fixture.ts";
import { nanos, unixNanos } from "./time.ts";

const at = (start: number, duration: number) =>
  madeUpSpan({ start: nanos(start), duration: nanos(duration) });

describe("clockOf", () => {
  it("is millisecond when all times lie on whole milliseconds, to within a microsecond", () => {
    const start = unixNanos(1_790_000_000_123_000_000n);
    expect(clockOf(start, [at(0, 9e6), at(1e6, 0), at(2_000_900, 5_999_000)])).toBe("millisecond");
  });

  it("is nanosecond as soon as one time is off", () => {
    const start = unixNanos(1_790_000_000_123_000_000n);
    expect(clockOf(start, [at(0, 9e6), at(1e6, 1_500)])).toBe("nanosecond");
    expect(clockOf(start, [at(0, 9e6), at(500_000, 0)])).toBe("nanosecond");
    expect(clockOf(unixNanos(start + 417n * 1_000n), [at(0, 9e6)])).toBe("nanosecond");
  });
});

describe("spanDurationLabel", () => {
  it("does not claim a precision the clock did not have", () => {
    expect(spanDurationLabel(at(0, 0), "millisecond")).toBe("<1 ms");
    expect(spanDurationLabel(at(0, 999), "millisecond")).toBe("<1 ms");
    expect(spanDurationLabel(at(0, 2e6), "millisecond")).toBe("2 ms");
    expect(spanDurationLabel(at(0, 0), "nanosecond")).toBe("0 ns");
  });

  it("says what is not known", () => {
    expect(spanDurationLabel(madeUpSpan({ isEndMissing: true }), "nanosecond")).toBe("no end");
    const unfinished = madeUpSpan({ isUnfinished: true, duration: nanos(3e6) });
    expect(spanDurationLabel(unfinished, "nanosecond")).toBe("≥3 ms");
  });
});
