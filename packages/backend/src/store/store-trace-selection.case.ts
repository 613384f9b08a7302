// Which traces are listed, ordered by what they have most of, and counted. Part of store.case.ts.

import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { EPOCH, MILLI, newLog, newSpan, newTraceId, request } from "../records.fixture.ts";
import type { TraceOverview } from "./store.ts";
import { type OpenedStore, where } from "./store-cases.fixture.ts";
import type { TraceFigure, TraceSelection } from "./trace-queries.ts";

interface Made {
  name: string;
  startMs: number;
  tookMs: number;
  /** Of child spans, of which the first fails where `fails` says so. */
  children?: number;
  fails?: boolean;
  logs?: number;
}

const TRACES: readonly Made[] = [
  { name: "quick", startMs: 0, tookMs: 2 },
  { name: "slow", startMs: 10, tookMs: 500, children: 1 },
  { name: "wide", startMs: 20, tookMs: 50, children: 9 },
  { name: "failed", startMs: 30, tookMs: 40, children: 2, fails: true, logs: 1 },
  { name: "chatty", startMs: 1_000, tookMs: 3, logs: 5 },
];
const FOUND_BY = where({ field: { property: "spanName" }, operation: "starts_with", value: "child" });

function written({ name, startMs, tookMs, children = 0, fails = false, logs = 0 }: Made) {
  const traceId = newTraceId();
  const start = EPOCH + BigInt(startMs) * MILLI;
  const root = newSpan({
    traceId,
    name,
    startTimeUnixNano: start,
    endTimeUnixNano: start + BigInt(tookMs) * MILLI,
  });
  const below = Array.from({ length: children }, (_, index) =>
    newSpan({
      traceId,
      parentSpanId: root.spanId,
      name: `child ${index}`,
      startTimeUnixNano: start,
      endTimeUnixNano: start + MILLI,
      ...(fails && index === 0 && { status: { code: 2, message: "" } }),
    }),
  );
  return request({
    spans: [root, ...below],
    logs: Array.from({ length: logs }, (_, index) =>
      newLog({ traceId, timeUnixNano: start + BigInt(index) }),
    ),
  });
}

export function traceSelectionCases(opened: OpenedStore): void {
  describe("selects traces", () => {
    beforeEach(async () => {
      await opened.store.write(TRACES.map(written));
    });

    const all = { fromUnixNano: EPOCH, toUnixNano: EPOCH + 10_000n * MILLI };
    const took = (fromMs: number, toMs: number) => ({
      took: { fromNano: BigInt(fromMs) * MILLI, toNano: BigInt(toMs) * MILLI },
    });

    test.each<[string, TraceSelection, string[]]>([
      ["with a span that failed", { hasErrors: true }, ["failed"]],
      ["by how long the root took, its end exclusive", took(3, 50), ["chatty", "failed"]],
      ["that one span makes match and another makes fail", { where: FOUND_BY, hasErrors: true }, ["failed"]],
      ["by all of it", { where: FOUND_BY, ...took(40, 500) }, ["failed", "wide"]],
      ["none, where nothing fulfils all", { hasErrors: true, ...took(0, 1) }, []],
    ])("%s", async (_, selection, names) => {
      const listed = await opened.store.listTraces({ limit: 10, ...selection });
      expect(listed.map(({ rootName }) => rootName)).toEqual(names);
      const cells = await opened.store.countTraces({
        ...all,
        bucketNano: 10n * MILLI,
        levelsPerDecade: 1,
        ...selection,
      });
      expect(cells.reduce((sum, { count }) => sum + count, 0)).toBe(names.length);
    });

    test("pages of them go on where the last ended", async () => {
      const first = await opened.store.listTraces({ limit: 1, where: FOUND_BY, ...took(40, 501) });
      expect(first.map(({ rootName }) => rootName)).toEqual(["failed"]);
      const [{ startTimeUnixNano: startUnixNano, traceId } = { startTimeUnixNano: 0n, traceId: "" }] = first;
      const next = await opened.store.listTraces({
        limit: 10,
        where: FOUND_BY,
        ...took(40, 501),
        before: { startUnixNano, traceId },
      });
      expect(next.map(({ rootName }) => rootName)).toEqual(["wide", "slow"]);
    });

    test.each<[TraceFigure, string[]]>([
      ["duration", ["slow", "wide", "failed", "chatty", "quick"]],
      ["spans", ["wide", "failed", "slow", "chatty", "quick"]],
      ["errors", ["failed"]],
      ["logs", ["chatty", "failed"]],
    ])("those of most %s first", async (figure, names) => {
      const top = await opened.store.topTraces({ ...all, figure, limit: 10 });
      expect(top.map(({ rootName }) => rootName)).toEqual(names);
      const [best] = await opened.store.topTraces({ ...all, figure, limit: 1 });
      expect(best?.rootName).toBe(names[0]);
    });

    test("those of most among the selected that began in a time", async () => {
      const top = await opened.store.topTraces({
        figure: "duration",
        limit: 10,
        fromUnixNano: EPOCH + 10n * MILLI,
        toUnixNano: EPOCH + 30n * MILLI,
        where: FOUND_BY,
      });
      expect(top.map(({ rootName }) => rootName)).toEqual(["slow", "wide"]);
    });

    test("counted by start and by the power of ten of their duration", async () => {
      const cells = await opened.store.countTraces({
        ...all,
        bucketNano: 1_000n * MILLI,
        levelsPerDecade: 1,
      });
      const shown = cells.map(({ startUnixNano, ...cell }) => ({
        at: Number((startUnixNano - EPOCH) / MILLI),
        ...cell,
      }));
      // EPOCH is a whole second.
      expect(shown.sort((a, b) => a.at - b.at || a.level - b.level)).toEqual([
        { at: 0, level: 6, count: 1, errors: 0 },
        { at: 0, level: 7, count: 2, errors: 1 },
        { at: 0, level: 8, count: 1, errors: 0 },
        { at: 1_000, level: 6, count: 1, errors: 0 },
      ]);
    });
  });

  test("a trace belongs to the time in which it began, which ends before its end", async () => {
    const [traceId, later] = [newTraceId(), newTraceId()];
    const root = newSpan({ traceId, endTimeUnixNano: EPOCH + 100n * MILLI });
    const child = newSpan({
      traceId,
      parentSpanId: root.spanId,
      startTimeUnixNano: EPOCH + 50n * MILLI,
      endTimeUnixNano: EPOCH + 60n * MILLI,
    });
    const next = newSpan({ traceId: later, startTimeUnixNano: EPOCH + 60n * MILLI });
    await opened.store.write([request({ spans: [root, child, next] })]);
    const ids = async (fromMs: bigint, toMs: bigint) => {
      const period = { fromUnixNano: EPOCH + fromMs * MILLI, toUnixNano: EPOCH + toMs * MILLI };
      const top = await opened.store.topTraces({ ...period, figure: "spans", limit: 10 });
      const cells = await opened.store.countTraces({ ...period, bucketNano: MILLI, levelsPerDecade: 1 });
      return [top.map((trace) => trace.traceId), cells.reduce((sum, { count }) => sum + count, 0)];
    };
    expect(await ids(0n, 60n)).toEqual([[traceId], 1]);
    expect(await ids(40n, 60n)).toEqual([[], 0]);
    expect(await ids(60n, 61n)).toEqual([[later], 1]);
  });

  test("selects, orders and counts made-up traces as one would by hand", async () => {
    const made: Made[] = fc
      .sample(
        fc.record({
          startMs: fc.integer({ min: 0, max: 5_000 }),
          tookMs: fc.integer({ min: 1, max: 3_000 }),
          children: fc.integer({ min: 0, max: 3 }),
          fails: fc.boolean(),
          logs: fc.integer({ min: 0, max: 2 }),
        }),
        { numRuns: 80 },
      )
      .map((one, index) => ({ ...one, name: `trace ${index}`, fails: one.fails && one.children > 0 }));
    await opened.store.write(made.map(written));
    const names = (traces: readonly TraceOverview[]) => traces.map(({ rootName }) => rootName);
    for (const selection of [
      {},
      { where: FOUND_BY },
      { hasErrors: true },
      { hasErrors: true, where: FOUND_BY },
    ]) {
      for (const [fromMs, toMs] of [
        [0, 5_001],
        [1_000, 2_500],
      ] as const) {
        const took = { fromNano: 50n * MILLI, toNano: 1_500n * MILLI };
        const period = {
          fromUnixNano: EPOCH + BigInt(fromMs) * MILLI,
          toUnixNano: EPOCH + BigInt(toMs) * MILLI,
        };
        const expected = made.filter(
          ({ startMs, tookMs, children = 0, fails }) =>
            startMs >= fromMs &&
            startMs < toMs &&
            tookMs >= 50 &&
            tookMs < 1_500 &&
            (!("hasErrors" in selection) || fails) &&
            (!("where" in selection) || children > 0),
        );
        const top = await opened.store.topTraces({
          ...period,
          ...selection,
          took,
          figure: "duration",
          limit: 1_000,
        });
        const byDuration = expected.toSorted((a, b) => b.tookMs - a.tookMs).map(({ tookMs }) => tookMs);
        expect(names(top).sort()).toEqual(expected.map(({ name }) => name).sort());
        expect(
          top.map(({ startTimeUnixNano, endTimeUnixNano }) =>
            Number((endTimeUnixNano - startTimeUnixNano) / MILLI),
          ),
        ).toEqual(byDuration);
        const cells = await opened.store.countTraces({
          ...period,
          ...selection,
          took,
          bucketNano: 500n * MILLI,
          levelsPerDecade: 2,
        });
        const counted = new Map<string, [count: number, errors: number]>();
        for (const { startMs, tookMs, fails } of expected) {
          const key = `${Math.floor(startMs / 500) * 500} ${Math.floor(Math.log10(tookMs * 1e6) * 2)}`;
          const [count, errors] = counted.get(key) ?? [0, 0];
          counted.set(key, [count + 1, errors + (fails ? 1 : 0)]);
        }
        const told = cells.map(
          ({ startUnixNano, level, count, errors }) =>
            [`${(startUnixNano - EPOCH) / MILLI} ${level}`, [count, errors]] as const,
        );
        expect(new Map(told)).toEqual(counted);
      }
      if (Object.keys(selection).length > 0) {
        const listed = await opened.store.listTraces({ limit: 1_000, ...selection });
        const wanted = made.filter(
          ({ children = 0, fails }) =>
            (!("hasErrors" in selection) || fails) && (!("where" in selection) || children > 0),
        );
        expect(names(listed).sort()).toEqual(wanted.map(({ name }) => name).sort());
      }
    }
  });
}
