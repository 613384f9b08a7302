// A rate is what has been arriving for two seconds: neither a burst nor what has stopped.

import { expect, test } from "vitest";
import { Arrivals } from "./arrivals.ts";

const START_MS = 123_456;

function arrivals(perTenth: number, tenths: number): { arrivals: Arrivals; endMs: number } {
  const arrivals = new Arrivals();
  for (let tenth = 0; tenth < tenths; tenth++) arrivals.add(perTenth, START_MS + tenth * 100);
  return { arrivals, endMs: START_MS + (tenths - 1) * 100 };
}

test("what goes on for two seconds is a rate", () => {
  const steady = arrivals(50, 40);
  expect(steady.arrivals.perSecond(steady.endMs)).toBe(500);
});

test("what came within a second is none", () => {
  const burst = arrivals(50, 10);
  expect(burst.arrivals.perSecond(burst.endMs)).toBe(0);
});

test("what has stopped becomes none within a second", () => {
  const stopped = arrivals(50, 40);
  expect(stopped.arrivals.perSecond(stopped.endMs + 500)).toBe(250);
  expect(stopped.arrivals.perSecond(stopped.endMs + 1000)).toBe(0);
  expect(stopped.arrivals.perSecond(stopped.endMs + 60_000)).toBe(0);
});
