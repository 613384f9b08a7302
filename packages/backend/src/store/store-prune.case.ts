// What a store deletes when it is told to, and what it keeps. Part of store.case.ts.

import { describe, expect, test } from "vitest";
import { attributesOf, EPOCH, MILLI, newLog, newSpan, newTraceId, request } from "../records.fixture.ts";
import { type OpenedStore, traceIn } from "./store-cases.fixture.ts";

export function pruneCases(opened: OpenedStore): void {
  describe("prunes", () => {
    test("records that began before a moment, and no others", async () => {
      const traceId = newTraceId();
      const at = (milli: number) => EPOCH + BigInt(milli) * MILLI;
      const spans = [0, 1, 2, 3].map((milli) => newSpan({ traceId, startTimeUnixNano: at(milli) }));
      const logs = [0, 1, 2, 3].map((milli) => newLog({ traceId, timeUnixNano: at(milli) }));
      await opened.store.write([request({ spans, logs })]);
      expect(await opened.store.prune({ beforeUnixNano: at(2) })).toEqual({ spans: 2, logs: 2 });
      expect(await opened.store.prune({ beforeUnixNano: at(2) })).toEqual({ spans: 0, logs: 0 });
      await opened.reopen();
      const trace = await traceIn(opened.store, traceId);
      expect(trace?.spans.map(({ startTimeUnixNano }) => startTimeUnixNano)).toEqual([at(2), at(3)]);
      expect(trace?.logs.map(({ timeUnixNano }) => timeUnixNano)).toEqual([at(2), at(3)]);
    });

    test("and lists what is left of traces by where that starts", async () => {
      const [whole, cut, gone] = [newTraceId(), newTraceId(), newTraceId()];
      const at = (milli: number) => EPOCH + BigInt(milli) * MILLI;
      const span = (traceId: string, startTimeUnixNano: bigint) => newSpan({ traceId, startTimeUnixNano });
      // In two transactions, and with a start that is not set.
      await opened.store.write([
        request({ spans: [span(cut, 0n), span(cut, at(1)), span(cut, at(8)), span(gone, at(2))] }),
      ]);
      await opened.store.write([
        request({ spans: [span(cut, at(9)), span(whole, at(5)), span(cut, at(7))] }),
      ]);
      await opened.store.prune({ beforeUnixNano: at(3) });
      const expected = [
        [cut, at(7), 3],
        [whole, at(5), 1],
      ];
      const listed = async () =>
        (await opened.store.listTraces({ limit: 10 })).map((trace) => [
          trace.traceId,
          trace.startTimeUnixNano,
          trace.spanCount,
        ]);
      expect(await listed()).toEqual(expected);
      await opened.reopen();
      expect(await listed()).toEqual(expected);
      expect((await traceIn(opened.store, cut))?.spans).toHaveLength(3);
    });

    test("nothing while it takes less than it may", async () => {
      await opened.store.write([request({ spans: [newSpan()] })]);
      expect(await opened.store.prune({ maxBytes: 1_000_000_000 })).toEqual({ spans: 0, logs: 0 });
      expect(await opened.store.prune({})).toEqual({ spans: 0, logs: 0 });
    });

    test("the oldest records when it takes more", async () => {
      const traceIds: string[] = [];
      for (let batch = 0; batch < 10; batch++) {
        const traceId = newTraceId();
        traceIds.push(traceId);
        const spans = Array.from({ length: 300 }, (_, at) =>
          newSpan({
            traceId,
            startTimeUnixNano: EPOCH + BigInt(batch * 1000 + at) * MILLI,
            attributes: attributesOf({ body: randomText(10_000) }),
          }),
        );
        await opened.store.write([request({ spans })]);
      }
      const { spans } = await opened.store.prune({ maxBytes: 16_000_000 });
      expect(spans).toBeGreaterThan(300);
      expect(spans).toBeLessThan(3_000);
      expect(await traceIn(opened.store, traceIds[0] as string)).toBeUndefined();
      expect((await traceIn(opened.store, traceIds[9] as string))?.spans).toHaveLength(300);
    });

    test("while others write, and takes again what it has deleted", async () => {
      const old = newSpan({ startTimeUnixNano: EPOCH });
      const later = newSpan({ startTimeUnixNano: EPOCH + MILLI });
      await opened.store.write([request({ spans: [old] })]);
      const writing = opened.store.write([request({ spans: [later] })]);
      expect(await opened.store.prune({ beforeUnixNano: EPOCH + 1n })).toEqual({ spans: 1, logs: 0 });
      await writing;
      expect(await opened.store.write([request({ spans: [old, later] })])).toMatchObject({ spans: 1 });
      expect(await traceIn(opened.store, old.traceId)).toBeDefined();
    });
  });
}

/** Text that does not compress to nothing. */
function randomText(length: number): string {
  let text = "";
  while (text.length < length) text += Math.random().toString(36).slice(2);
  return text.slice(0, length);
}
