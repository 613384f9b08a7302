// What a store gives out for exports: everything, in order, once. Part of store.case.ts.

import type { LogRecord, Span } from "@enterspan/otlp";
import { describe, expect, test } from "vitest";
import { EPOCH, newLog, newSpan, newTraceId, request } from "../records.fixture.ts";
import { ALL_TIME } from "./filter.ts";
import type { ExportRange, Store } from "./store.ts";
import type { OpenedStore } from "./store-cases.fixture.ts";

async function exportedSpans(store: Store, range: ExportRange = ALL_TIME): Promise<Span[][]> {
  const pages: Span[][] = [];
  for (let from: bigint | undefined = range.fromUnixNano; from !== undefined; ) {
    const { data, records, next } = await store.exportSpans({ ...range, fromUnixNano: from });
    const spans = data.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
    expect(spans).toHaveLength(records);
    pages.push(spans);
    from = next;
  }
  return pages;
}

async function exportedLogs(store: Store): Promise<LogRecord[]> {
  const { data } = await store.exportLogs(ALL_TIME);
  return data.resourceLogs.flatMap(({ scopeLogs }) => scopeLogs.flatMap(({ logRecords }) => logRecords));
}

export function exportCases(opened: OpenedStore): void {
  describe("gives out for an export", () => {
    test("nothing of an empty store", async () => {
      expect(await exportedSpans(opened.store)).toEqual([[]]);
      expect(await exportedLogs(opened.store)).toEqual([]);
    });

    test("spans in order of their start, then of their arrival, within the range", async () => {
      const traceId = newTraceId();
      const span = (offset: bigint, name: string) =>
        newSpan({ traceId, name, startTimeUnixNano: EPOCH + offset });
      await opened.store.write([request({ spans: [span(5n, "b"), span(1n, "a"), span(5n, "c")] })]);
      await opened.store.write([request({ spans: [span(5n, "d"), span(9n, "e")], service: "other" })]);
      const names = async (from: bigint, to: bigint) => {
        const range = { fromUnixNano: EPOCH + from, toUnixNano: EPOCH + to };
        return (await exportedSpans(opened.store, range)).flat().map(({ name }) => name);
      };
      expect(await names(0n, 10n)).toEqual(["a", "b", "c", "d", "e"]);
      expect(await names(1n, 5n)).toEqual(["a"]);
      expect(await names(5n, 9n)).toEqual(["b", "c", "d"]);
    });

    test("each span once over many pages, those of one start on one page", async () => {
      const spans = Array.from({ length: 10_000 }, (_, i) =>
        newSpan({ startTimeUnixNano: EPOCH + BigInt(i < 6_000 ? 7 : i) }),
      );
      for (let i = 0; i < spans.length; i += 2_500) {
        await opened.store.write([request({ spans: spans.slice(i, i + 2_500) })]);
      }
      const pages = await exportedSpans(opened.store);
      expect(pages.length).toBeGreaterThan(1);
      expect(pages[0]).toHaveLength(6_000);
      expect(pages.flat().map(({ spanId }) => spanId)).toEqual(spans.map(({ spanId }) => spanId));
    });

    test("pages by size too", async () => {
      const long = { key: "long", value: { stringValue: "x".repeat(1_500_000) } };
      const spans = Array.from({ length: 6 }, (_, i) =>
        newSpan({ startTimeUnixNano: EPOCH + BigInt(i), attributes: [long] }),
      );
      await opened.store.write([request({ spans })]);
      const pages = await exportedSpans(opened.store);
      expect(pages.map((page) => page.length)).toEqual([2, 2, 2]);
    });

    test("equal logs of one request together, and a time for those without", async () => {
      const twin = newLog({ body: { stringValue: "twin" } });
      const timeless = newLog({ timeUnixNano: 0n, observedTimeUnixNano: 0n, body: { stringValue: "when?" } });
      await opened.store.write([request({ logs: [twin, twin, timeless] })]);
      const [first, second, last] = await exportedLogs(opened.store);
      expect([first, second]).toEqual([twin, twin]);
      expect(last?.observedTimeUnixNano).toBeGreaterThan(EPOCH);
      expect(last).toEqual({ ...timeless, observedTimeUnixNano: last?.observedTimeUnixNano });
    });
  });
}
