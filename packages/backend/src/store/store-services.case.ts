// Who calls whom. Part of store.case.ts.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EPOCH, MILLI, newSpan, newSpanId, newTraceId, request } from "../records.fixture.ts";
import type { OpenedStore } from "./store-cases.fixture.ts";

const RANGE = { fromUnixNano: EPOCH, toUnixNano: EPOCH + 1_000n * MILLI, limit: 100 };

export function serviceCases(opened: OpenedStore): void {
  describe("maps services", () => {
    test("by the calls between them, with errors and how long they took", async () => {
      const traceId = newTraceId();
      const root = newSpan({ traceId, kind: 2, endTimeUnixNano: EPOCH + 50n * MILLI });
      const call = newSpan({ traceId, parentSpanId: root.spanId, kind: 3 });
      const handled = [10n, 30n].map((took, index) =>
        newSpan({
          traceId,
          parentSpanId: call.spanId,
          kind: 2,
          startTimeUnixNano: EPOCH + MILLI,
          endTimeUnixNano: EPOCH + MILLI + took * MILLI,
          status: { code: index === 1 ? 2 : 0, message: "" },
        }),
      );
      const within = newSpan({ traceId, parentSpanId: handled[0]?.spanId ?? "", kind: 2 });
      const inner = newSpan({ traceId, parentSpanId: handled[0]?.spanId ?? "", kind: 1 });
      const lost = newSpan({ traceId: newTraceId(), parentSpanId: newSpanId(), kind: 2, flags: 0x301 });
      await opened.store.write([
        request({ spans: [root, call], service: "shop" }),
        request({ spans: [...handled, within, inner], service: "bank" }),
        request({ spans: [lost], service: "bank" }),
      ]);
      const calls = await opened.store.mapServices(RANGE);
      expect(calls).toEqual([
        {
          caller: "shop",
          callee: "bank",
          count: 2,
          errors: 1,
          p50Nano: 20n * MILLI,
          p95Nano: 29n * MILLI,
        },
        expect.objectContaining({ caller: "", callee: "bank", count: 1 }),
        { caller: "", callee: "shop", count: 1, errors: 0, p50Nano: 50n * MILLI, p95Nano: 50n * MILLI },
      ]);
      expect(await opened.store.mapServices({ ...RANGE, limit: 1 })).toEqual(calls.slice(0, 1));
      expect(
        await opened.store.mapServices({ ...RANGE, fromUnixNano: EPOCH + 1n, toUnixNano: EPOCH + MILLI }),
      ).toEqual([]);
    });

    test("as a plain count over all spans does, whatever calls what", async () => {
      const SERVICES = ["a", "b", "c"];
      const drafts = fc.array(
        fc.record({
          service: fc.constantFrom(...SERVICES),
          parent: fc.nat({ max: 20 }),
          isError: fc.boolean(),
        }),
        { minLength: 1, maxLength: 20 },
      );
      let round = 0n;
      await fc.assert(
        fc.asyncProperty(drafts, async (spans) => {
          // A time of its own for each tree.
          const from = EPOCH + ++round * 10n * 86_400_000n * MILLI;
          const traceId = newTraceId();
          const made = spans.map(({ service, parent, isError }, index) => ({
            service,
            parent: parent < index ? parent : undefined,
            isError,
            spanId: newSpanId(),
          }));
          await opened.store.write(
            made.map(({ service, parent, isError, spanId }) =>
              request({
                service,
                spans: [
                  newSpan({
                    traceId,
                    spanId,
                    parentSpanId: parent === undefined ? "" : (made[parent]?.spanId ?? ""),
                    kind: 2,
                    startTimeUnixNano: from,
                    endTimeUnixNano: from + MILLI,
                    status: { code: isError ? 2 : 0, message: "" },
                  }),
                ],
              }),
            ),
          );
          const expected = new Map<string, [count: number, errors: number]>();
          for (const { service, parent, isError } of made) {
            const caller = parent === undefined ? "" : (made[parent]?.service ?? "");
            if (caller === service) continue;
            const [count, errors] = expected.get(`${caller}>${service}`) ?? [0, 0];
            expected.set(`${caller}>${service}`, [count + 1, errors + (isError ? 1 : 0)]);
          }
          const calls = await opened.store.mapServices({
            fromUnixNano: from,
            toUnixNano: from + MILLI,
            limit: 100,
          });
          const found = calls.map(({ caller, callee, count, errors }) => [
            `${caller}>${callee}`,
            [count, errors],
          ]);
          expect(new Map(found as [string, [number, number]][])).toEqual(expected);
        }),
        { numRuns: 20 },
      );
    });
  });
}
