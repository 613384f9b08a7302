// Lists of traces: order, pages, filters, what a row shows. Part of store.case.ts.

import { describe, expect, test } from "vitest";
import {
  attributesOf,
  EPOCH,
  MILLI,
  newLog,
  newSpan,
  newSpanId,
  newTraceId,
  request,
} from "../records.fixture.ts";
import type { Condition } from "./filter.ts";
import type { TraceOverview, TracePosition } from "./store.ts";
import { everything, type OpenedStore, where } from "./store-cases.fixture.ts";

export function traceCases(opened: OpenedStore): void {
  describe("lists traces", () => {
    test("newest first, with what a row shows", async () => {
      const traceId = newTraceId();
      const root = newSpan({
        traceId,
        name: "fetch",
        kind: 2,
        endTimeUnixNano: EPOCH + 5n * MILLI,
        attributes: attributesOf({
          "http.request.method": "POST",
          "url.path": "/pay",
          "http.response.status_code": 500,
        }),
        status: { code: 2, message: "declined" },
      });
      const child = newSpan({
        traceId,
        parentSpanId: root.spanId,
        startTimeUnixNano: EPOCH + MILLI,
        endTimeUnixNano: EPOCH + 9n * MILLI,
      });
      const failed = newSpan({
        traceId,
        parentSpanId: root.spanId,
        startTimeUnixNano: EPOCH + 2n * MILLI,
        status: { code: 2, message: "" },
        events: [
          {
            timeUnixNano: EPOCH,
            name: "exception",
            attributes: attributesOf({ "exception.message": "no funds" }),
            droppedAttributesCount: 0,
          },
        ],
      });
      await opened.store.write([
        request({
          spans: [root, failed],
          logs: [newLog({ traceId }), newLog({ traceId, spanId: root.spanId })],
        }),
        request({ spans: [child], service: "bank" }),
        request({ spans: [newSpan({ startTimeUnixNano: EPOCH + 50n * MILLI, name: "later" })] }),
      ]);
      const listed = await opened.store.listTraces({ limit: 10 });
      expect(listed.map((trace) => trace.rootName)).toEqual(["later", "POST /pay"]);
      expect(listed[1]).toEqual({
        traceId,
        rootSpanId: root.spanId,
        rootSpanName: "fetch",
        rootName: "POST /pay",
        service: "shop",
        services: ["shop", "bank"],
        startTimeUnixNano: EPOCH,
        endTimeUnixNano: EPOCH + 9n * MILLI,
        spanCount: 3,
        errorCount: 2,
        logCount: 2,
        statusCode: 2,
        httpStatusCode: 500,
        errors: ["declined", "no funds"],
      });
    });

    test("without their root by the earliest span", async () => {
      const traceId = newTraceId();
      const spans = [2n, 1n].map((at) =>
        newSpan({
          traceId,
          parentSpanId: newSpanId(),
          name: `at ${at}`,
          startTimeUnixNano: EPOCH + at,
          status: { code: 2, message: "x" },
        }),
      );
      await opened.store.write([request({ spans })]);
      expect(await opened.store.listTraces({ limit: 1 })).toMatchObject([
        { rootSpanId: "", rootName: "at 1", statusCode: 0, spanCount: 2 },
      ]);
    });

    test("by the starts that are set, and never with an end before the start", async () => {
      const [mixed, endless, unset] = [newTraceId(), newTraceId(), newTraceId()];
      const at = (traceId: string, name: string, startTimeUnixNano: bigint, endTimeUnixNano: bigint) =>
        newSpan({ traceId, parentSpanId: newSpanId(), name, startTimeUnixNano, endTimeUnixNano });
      await opened.store.write([
        request({
          spans: [
            at(mixed, "unset", 0n, 0n),
            at(mixed, "set", EPOCH + 2n * MILLI, EPOCH + 3n * MILLI),
            at(endless, "endless", EPOCH + MILLI, 0n),
            at(unset, "nothing", 0n, 0n),
          ],
        }),
      ]);
      const listed = await opened.store.listTraces({ limit: 10 });
      expect(
        listed.map((trace) => [
          trace.rootName,
          trace.startTimeUnixNano,
          trace.endTimeUnixNano,
          trace.spanCount,
        ]),
      ).toEqual([
        ["set", EPOCH + 2n * MILLI, EPOCH + 3n * MILLI, 2],
        ["endless", EPOCH + MILLI, EPOCH + MILLI, 1],
        ["nothing", 0n, 0n, 1],
      ]);
    });

    test("page by page, each once, whatever their length and overlap", async () => {
      const starts = new Map<string, bigint>();
      const spans = Array.from({ length: 60 }, (_, trace) => {
        const traceId = newTraceId();
        const start = EPOCH + BigInt(trace) * MILLI;
        starts.set(traceId, start);
        // Some traces go on long after younger ones have begun.
        const length = trace % 7 === 0 ? 400 : 3;
        return Array.from({ length }, (_, at) =>
          newSpan({ traceId, startTimeUnixNano: start + BigInt(at) * MILLI }),
        );
      }).flat();
      await opened.store.write([request({ spans })]);
      const seen: string[] = [];
      let before: TracePosition | undefined;
      for (;;) {
        const page = await opened.store.listTraces({ limit: 7, ...(before && { before }) });
        if (page.length === 0) break;
        seen.push(...page.map(({ traceId }) => traceId));
        const last = page.at(-1) as TraceOverview;
        before = { startUnixNano: last.startTimeUnixNano };
      }
      const newestFirst = [...starts].sort(([, a], [, b]) => Number(b - a)).map(([traceId]) => traceId);
      expect(seen).toEqual(newestFirst);
    });

    test("page by page, each once, where many start together", async () => {
      const spans = Array.from({ length: 100 }, (_, trace) =>
        newSpan({ startTimeUnixNano: EPOCH + BigInt(Math.floor(trace / 8)) * MILLI }),
      );
      // More together than the first sample of a page holds.
      for (let trace = 0; trace < 120; trace++) spans.push(newSpan({ startTimeUnixNano: EPOCH - MILLI }));
      await opened.store.write([request({ spans })]);
      const inOrder = spans
        .toSorted(
          (a, b) => Number(b.startTimeUnixNano - a.startTimeUnixNano) || (a.traceId < b.traceId ? -1 : 1),
        )
        .map(({ traceId }) => traceId);
      for (const filter of [undefined, everything]) {
        const seen: string[] = [];
        let before: TracePosition | undefined;
        for (;;) {
          const page = await opened.store.listTraces({
            limit: 7,
            ...(before && { before }),
            ...(filter && { where: filter }),
          });
          const last = page.at(-1);
          if (!last) break;
          seen.push(...page.map(({ traceId }) => traceId));
          before = { startUnixNano: last.startTimeUnixNano, traceId: last.traceId };
        }
        expect(seen).toEqual(inOrder);
      }
      const earlier = await opened.store.listTraces({
        limit: 1,
        before: { startUnixNano: EPOCH + 5n * MILLI },
      });
      expect(earlier[0]?.startTimeUnixNano).toBe(EPOCH + 4n * MILLI);
    });

    test("that hold a matching span or log", async () => {
      const [a, b, c] = [newTraceId(), newTraceId(), newTraceId()];
      await opened.store.write([
        request({ spans: [newSpan({ traceId: a })], service: "one" }),
        request({
          spans: [newSpan({ traceId: b })],
          service: "two",
          logs: [newLog({ traceId: b, severityText: "ERROR" })],
        }),
        request({ spans: [newSpan({ traceId: c })], service: "one", logs: [newLog({ traceId: c })] }),
      ]);
      const ids = async (condition: Condition) =>
        (await opened.store.listTraces({ limit: 10, where: where(condition) }))
          .map(({ traceId }) => traceId)
          .sort();
      const service = (value: string): Condition => ({
        field: { property: "service" },
        operation: "eq",
        type: "string",
        value,
      });
      expect(await ids(service("one"))).toEqual([a, c].sort());
      expect(await ids(service("none"))).toEqual([]);
      expect(
        await ids({ field: { property: "level" }, operation: "eq", type: "string", value: "error" }),
      ).toEqual([b]);
    });
  });
}
