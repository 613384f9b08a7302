// Lists of events, and numbers over them. Part of store.case.ts.

import { describe, expect, test } from "vitest";
import { attributesOf, EPOCH, newLog, newSpan, request } from "../records.fixture.ts";
import type { EventPosition, StoredEvent } from "./store.ts";
import { everything, type OpenedStore, where } from "./store-cases.fixture.ts";

export function eventCases(opened: OpenedStore): void {
  describe("lists events", () => {
    const kindsAndTimes = (events: StoredEvent[]) =>
      events.map(
        (event) =>
          `${event.kind} ${(event.kind === "span" ? event.span.startTimeUnixNano : event.atUnixNano) - EPOCH}`,
      );

    test("newest first, a span before a log of the same time", async () => {
      await opened.store.write([
        request({
          spans: [1n, 3n].map((at) => newSpan({ startTimeUnixNano: EPOCH + at })),
          logs: [1n, 2n, 4n].map((at) => newLog({ timeUnixNano: EPOCH + at })),
        }),
      ]);
      const events = await opened.store.listEvents({ where: everything, limit: 10 });
      expect(kindsAndTimes(events)).toEqual(["log 4", "span 3", "log 2", "span 1", "log 1"]);
    });

    test("page by page in both directions, each once, ties included", async () => {
      const spans = Array.from({ length: 20 }, (_, at) =>
        newSpan({ startTimeUnixNano: EPOCH + BigInt(at % 3) }),
      );
      const logs = Array.from({ length: 20 }, (_, at) =>
        newLog({ timeUnixNano: EPOCH + BigInt(at % 4), body: { stringValue: String(at % 10) } }),
      );
      await opened.store.write([request({ spans, logs })]);
      const identity = (event: StoredEvent) => (event.kind === "span" ? event.span.spanId : event.key);
      const position = (event: StoredEvent) =>
        event.kind === "span"
          ? {
              kind: "span" as const,
              atUnixNano: event.span.startTimeUnixNano,
              traceId: event.span.traceId,
              spanId: event.span.spanId,
            }
          : { kind: "log" as const, atUnixNano: event.atUnixNano, key: event.key };
      const all = await opened.store.listEvents({ where: everything, limit: 100 });
      expect(new Set(all.map(identity)).size).toBe(40);
      for (const direction of ["next", "prev"] as const) {
        const ordered = direction === "next" ? all : [...all].reverse();
        const seen = [ordered[0] as StoredEvent];
        for (;;) {
          const last = seen.at(-1) as StoredEvent;
          const page = await opened.store.listEvents({
            where: everything,
            limit: 7,
            from: { position: position(last), direction },
          });
          if (page.length === 0) break;
          seen.push(...(direction === "next" ? page : page.reverse()));
        }
        expect(seen.map(identity)).toEqual(ordered.map(identity));
      }
    });

    test("of the time range: its start included, its end not", async () => {
      await opened.store.write([
        request({ spans: [0n, 1n, 2n].map((at) => newSpan({ startTimeUnixNano: EPOCH + at })) }),
      ]);
      const range = { ...everything, fromUnixNano: EPOCH, toUnixNano: EPOCH + 2n };
      expect(kindsAndTimes(await opened.store.listEvents({ where: range, limit: 10 }))).toEqual([
        "span 1",
        "span 0",
      ]);
    });
  });

  describe("sums up", () => {
    test("events and errors per bucket", async () => {
      await opened.store.write([
        request({
          spans: [0n, 1n, 12n].map((at) =>
            newSpan({ startTimeUnixNano: EPOCH + at, status: { code: at === 1n ? 2 : 0, message: "" } }),
          ),
          logs: [newLog({ timeUnixNano: EPOCH + 13n, severityNumber: 17, severityText: "" })],
        }),
      ]);
      expect(await opened.store.countEvents(everything, 10n)).toEqual([
        { startUnixNano: EPOCH, count: 2, stored: 2, errors: 1 },
        { startUnixNano: EPOCH + 10n, count: 2, stored: 2, errors: 1 },
      ]);
    });

    test("sampled events per bucket for as many as they stand for", async () => {
      const span = (traceState: string, at: bigint, code = 0) =>
        newSpan({ traceState, startTimeUnixNano: EPOCH + at, status: { code, message: "" } });
      await opened.store.write([
        request({
          spans: [span("ot=th:c", 0n), span("", 1n, 2), span("ot=th:8", 12n, 2)],
          logs: [
            newLog({ timeUnixNano: EPOCH + 13n, attributes: attributesOf({ "sampling.threshold": "e" }) }),
          ],
        }),
      ]);
      expect(await opened.store.countEvents(everything, 10n)).toEqual([
        { startUnixNano: EPOCH, count: 5, stored: 2, errors: 1 },
        { startUnixNano: EPOCH + 10n, count: 10, stored: 2, errors: 2 },
      ]);
    });

    test("keys with their types and when they were last seen", async () => {
      await opened.store.write([
        request({
          spans: [
            newSpan({ attributes: attributesOf({ a: "x", n: 1 }), startTimeUnixNano: EPOCH }),
            newSpan({ attributes: attributesOf({ a: true }), startTimeUnixNano: EPOCH + 5n }),
          ],
          logs: [newLog({ attributes: attributesOf({ l: 0.5 }), timeUnixNano: EPOCH + 9n })],
        }),
      ]);
      const keys = new Map(
        (await opened.store.listKeys(everything)).map((key) => [
          `${key.key} ${key.type}`,
          key.lastSeenUnixNano,
        ]),
      );
      expect(keys.get("a string")).toBe(EPOCH);
      expect(keys.get("a boolean")).toBe(EPOCH + 5n);
      expect(keys.get("n number")).toBe(EPOCH);
      expect(keys.get("l number")).toBe(EPOCH + 9n);
      expect(keys.get("service.name string")).toBe(EPOCH + 9n);
      expect(keys.get("$metadata.duration number")).toBe(EPOCH + 5n);
      expect(keys.get("$metadata.message string")).toBe(EPOCH + 9n);
      expect(keys.has("$metadata.error string")).toBe(false);
    });

    test("what one write has stored, and of that what passes", async () => {
      const again = newSpan({ name: "again" });
      await opened.store.write([request({ spans: [again], logs: [newLog()] })]);
      const span = newSpan({ traceId: again.traceId, name: "new" });
      const twin = newLog({ traceId: again.traceId, spanId: span.spanId });
      const result = await opened.store.write([
        request({ spans: [again, span], logs: [twin, twin, newLog({ timeUnixNano: EPOCH + 1n })] }),
      ]);
      const found = async (among: readonly EventPosition[], where = everything) =>
        (await opened.store.listEvents({ where, limit: 10, among })).map((event) =>
          event.kind === "span" ? event.span.name : event.log.timeUnixNano - EPOCH,
        );
      expect(await found(result.positions)).toEqual([1n, "new", 0n, 0n]);
      expect(await found([])).toEqual([]);
      const spansOnly = where({ field: { property: "spanName" }, operation: "exists" });
      expect(await found(result.positions, spansOnly)).toEqual(["new"]);
      expect((await opened.store.write([request({ spans: [span] })])).positions).toEqual([]);
    });

    test("names of attributes, each once", async () => {
      await opened.store.write([
        request({ spans: [newSpan({ attributes: attributesOf({ a: "x", b: 1 }) })], logs: [newLog()] }),
        request({ logs: [newLog({ attributes: attributesOf({ a: true }) })] }),
      ]);
      expect((await opened.store.attributeKeys()).sort()).toEqual(["a", "b", "service.name"]);
      await opened.reopen();
      expect((await opened.store.attributeKeys()).sort()).toEqual(["a", "b", "service.name"]);
    });

    test("services, and what a time range holds", async () => {
      expect(await opened.store.measure(everything)).toEqual({ rows: 0, bytes: 0 });
      await opened.store.write([
        request({ spans: [newSpan()], service: "b" }),
        request({ logs: [newLog({ timeUnixNano: EPOCH + 4n })], service: "a" }),
        request({ spans: [newSpan()], service: "" }),
      ]);
      expect(await opened.store.listServices()).toEqual([
        { name: "a", lastSeenUnixNano: EPOCH + 4n },
        { name: "b", lastSeenUnixNano: EPOCH },
      ]);
      const { rows, bytes } = await opened.store.measure(everything);
      expect(rows).toBe(3);
      expect(bytes).toBeGreaterThan(200);
      expect((await opened.store.measure({ ...everything, toUnixNano: EPOCH + 1n })).rows).toBe(2);
    });

    test("which of some texts hold a needle", async () => {
      const texts = ["http.route", "HTTP.method", "db"];
      expect(
        await opened.store.matchTexts(texts, { value: "http", isRegex: false, matchCase: false }),
      ).toEqual(["http.route", "HTTP.method"]);
      expect(
        await opened.store.matchTexts(texts, { value: "^h.*e$", isRegex: true, matchCase: true }),
      ).toEqual(["http.route"]);
    });
  });
}
