import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TraceRow } from "../api/decode-summary.ts";
import { nanos, unixNanos } from "../trace/time.ts";
import { newestFirst as order } from "../traces/use-traces.ts";
import { ARRIVAL_MS, type LiveList, mergeNewest, mergeOlder } from "./merge.ts";

const row = (start: number, set: Partial<TraceRow> = {}): TraceRow => ({
  traceId: `t${start}`,
  name: "GET /",
  services: ["shop"],
  startUnixNano: unixNanos(BigInt(start)),
  duration: nanos(1),
  spans: 1,
  errors: 0,
  logs: 0,
  status: "unset",
  httpStatus: undefined,
  isRootMissing: false,
  isInFlight: false,
  ...set,
});
const starts = (list: LiveList<TraceRow>): number[] => list.rows.map((r) => Number(r.startUnixNano));
/** What the server would answer: the newest of `all` before a time. */
const page = (all: readonly number[], limit: number, before = Number.POSITIVE_INFINITY): TraceRow[] =>
  all
    .filter((start) => start < before)
    .toSorted((a, b) => b - a)
    .slice(0, limit)
    .map((start) => row(start));

describe("mergeNewest and mergeOlder", () => {
  it("show a stretch without gaps of what the server has, newest first", () => {
    const step = fc.record({ arriving: fc.nat({ max: 12 }), isScrolling: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), fc.integer({ min: 1, max: 6 }), (steps, limit) => {
        const all: number[] = [];
        let list: LiveList<TraceRow> | undefined;
        for (const { arriving, isScrolling } of steps) {
          for (let n = 0; n < arriving; n++) all.push(all.length);
          list = mergeNewest(order, list, page(all, limit), limit, 0);
          const oldest = starts(list).at(-1);
          if (isScrolling && oldest !== undefined)
            list = mergeOlder(order, list, page(all, limit, oldest), limit);
          expect(starts(list)).toEqual(all.toReversed().slice(0, list.rows.length));
          expect(list.rows.length).toBeGreaterThanOrEqual(Math.min(limit, all.length));
          if (list.isComplete) expect(list.rows.length).toBe(all.length);
        }
      }),
    );
  });

  it("takes the later state of a trace", () => {
    const list = mergeNewest(
      order,
      mergeNewest(order, undefined, [row(1)], 1, 0),
      [row(1, { spans: 9 })],
      1,
      0,
    );
    expect(list.rows).toEqual([row(1, { spans: 9 })]);
  });

  it("drops what the server no longer has", () => {
    const list = mergeNewest(order, undefined, [row(2), row(1)], 5, 0);
    expect(starts(mergeNewest(order, list, [row(2)], 5, 0))).toEqual([2]);
  });

  it("knows what has just arrived, but not on the first page", () => {
    const first = mergeNewest(order, undefined, [row(1)], 5, 0);
    const second = mergeNewest(order, first, [row(2), row(1)], 5, 1_000);
    const third = mergeNewest(order, second, [row(2), row(1)], 5, 1_000 + ARRIVAL_MS);
    expect([first, second, third].map((list) => [...list.arrivals.keys()])).toEqual([[], ["t2"], []]);
  });
});
