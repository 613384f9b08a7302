import { describe, expect, it } from "vitest";
import { flightOf, isRunning } from "./flight.ts";
import { madeUpSpan } from "./made-up.fixture.ts";
import { MINUTE, nanos, SECOND, unixNanos } from "./time.ts";

const start = unixNanos(1_764_000_000_000_000_000n);
const startMs = 1_764_000_000_000;

describe("a trace without its root", () => {
  it("is in flight for a while after it was last heard of, then has none", () => {
    const trace = { startUnixNano: start, duration: nanos(0), isRootMissing: true, isInFlight: false };
    const longer = { ...trace, duration: nanos(20 * MINUTE) };
    expect(flightOf(trace, startMs + 60_000)).toBe("in flight");
    expect(flightOf(trace, startMs + 16 * 60_000)).toBe("no root");
    expect(flightOf(longer, startMs + 16 * 60_000)).toBe("in flight");
    expect(flightOf({ ...trace, isRootMissing: false }, startMs)).toBe(undefined);
    expect(flightOf({ ...trace, isInFlight: true }, startMs + 1e9)).toBe("in flight");
  });
});

describe("a span", () => {
  it.each([
    [0n, 5_000, true],
    [0n, 3_600_000, false],
    [start + BigInt(SECOND), 5_000, false],
  ])("with the end %s, %i ms later, runs: %s", (end, laterMs, isIt) => {
    const span = madeUpSpan({
      startUnixNano: start,
      endUnixNano: unixNanos(end),
      isEndMissing: end === 0n,
    });
    expect(isRunning(span, startMs + laterMs)).toBe(isIt);
  });
});
