// What was stored is never taken for new, whatever was forgotten meanwhile; what is new mostly is not looked for.

import fc from "fast-check";
import { expect, test } from "vitest";
import { spanTableOf } from "../../../../otlp/src/table/from-messages.fixture.ts";
import { newSpan, traces } from "../../records.fixture.ts";
import { RecentSpans } from "./recent-spans.ts";
import { SpanBatch } from "./span-batch.ts";

/** Spans by number, each starting at its own moment. */
const batchOf = (spans: readonly number[]) =>
  SpanBatch.of([
    spanTableOf(
      traces(
        spans.map((span) =>
          newSpan({
            traceId: (span + 1).toString(16).padStart(32, "0"),
            spanId: (span + 1).toString(16).padStart(16, "0"),
            startTimeUnixNano: BigInt(span) * 3_000_000_000n,
          }),
        ),
      ),
    ),
  ]);

test("a span that is stored, or may be, is a suspect", async () => {
  const batches = fc.array(
    fc.record({ spans: fc.uniqueArray(fc.nat({ max: 60 }), { maxLength: 12 }), fails: fc.boolean() }),
    { maxLength: 20 },
  );
  await fc.assert(
    fc.asyncProperty(
      batches,
      fc.uniqueArray(fc.nat({ max: 60 }), { maxLength: 10 }),
      async (writes, before) => {
        const stored = new Set(before);
        const recent = new RecentSpans(before.length ? BigInt(Math.max(...before)) * 3_000_000_000n : -1n, 8);
        for (const { spans, fails } of writes) {
          const indexes = await recent.suspects(await batchOf(spans));
          const suspects = indexes.map((index) => spans[index] as number);
          for (const span of spans) if (stored.has(span)) expect(suspects).toContain(span);
          const fresh = await batchOf(spans.filter((span) => !stored.has(span)));
          if (fails) recent.distrust(fresh);
          else await recent.add(fresh);
          // Whether a failed commit has reached the disk is not known; the worst is that it has.
          for (const span of spans) stored.add(span);
        }
      },
    ),
    { numRuns: 500 },
  );
});

test("spans that start later than any before are not looked for", async () => {
  const recent = new RecentSpans(5n * 3_000_000_000n, 8);
  for (let span = 6; span < 100; span += 2) {
    const batch = await batchOf([span, span + 1]);
    expect(await recent.suspects(batch)).toEqual([]);
    await recent.add(batch);
    expect(await recent.suspects(batch)).toEqual([0, 1]);
  }
});

test("spans that come together twice are kept once", async () => {
  const twice = await batchOf([1, 2, 1, 3, 2]);
  expect(twice.length).toBe(3);
  twice.remove(new Set([1]));
  expect([...twice.rowOf.subarray(0, twice.length)]).toEqual([0, 3]);
});

test("a batch of many steps has all spans, in order, and each is a suspect once it is stored", async () => {
  const spans = Array.from({ length: 40_000 }, (_, at) => at);
  const batch = await batchOf([...spans, 7]);
  expect([...batch.rowOf.subarray(0, batch.length)]).toEqual(spans);
  const steps: Array<[number, number]> = [];
  await batch.inSteps((from, to) => steps.push([from, to]));
  expect(steps.length).toBeGreaterThan(1);
  expect(steps.flatMap(([from, to]) => spans.slice(from, to))).toEqual(spans);
  const recent = new RecentSpans(-1n);
  expect(await recent.suspects(batch)).toEqual([]);
  await recent.add(batch);
  expect(await recent.suspects(batch)).toEqual(spans);
});
