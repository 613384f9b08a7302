// What every storage engine must do, as store.ts promises it. An engine's test calls this with how to open it; the same
// directory opened again must hold what was written.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { log as anyLog, span as anySpan } from "../../../otlp/src/messages.fixture.ts";
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
import { ALL_TIME, type Condition, type EventFilter } from "./filter.ts";
import { type Store, type StoredEvent, StoreQueryError } from "./store.ts";

const everything: EventFilter = { ...ALL_TIME, conditions: { combine: "all", conditions: [] } };
const where = (...conditions: Condition[]): EventFilter => ({
  ...ALL_TIME,
  conditions: { combine: "all", conditions },
});

export function storeContract(engine: string, open: (directory: string) => Promise<Store>): void {
  describe(`${engine} as a store`, () => {
    let directory: string;
    let store: Store;

    beforeEach(async () => {
      directory = mkdtempSync(join(tmpdir(), "enterspan-store-"));
      store = await open(directory);
    });
    afterEach(async () => {
      await store.close();
      rmSync(directory, { recursive: true, force: true });
    });

    const reopen = async () => {
      await store.close();
      store = await open(directory);
    };

    describe("keeps", () => {
      test("every field of arbitrary spans and logs, also after it was closed", async () => {
        const LIMIT = 2n ** 63n;
        const records = fc.record({
          spans: fc.array(anySpan, { minLength: 1, maxLength: 5 }),
          logs: fc.array(anyLog, { maxLength: 5 }),
        });
        await fc.assert(
          fc.asyncProperty(records, async ({ spans, logs }) => {
            const traceId = newTraceId();
            const sentSpans = spans.map((span) => ({
              ...span,
              traceId,
              spanId: newSpanId(),
              startTimeUnixNano: span.startTimeUnixNano % LIMIT,
              endTimeUnixNano: span.endTimeUnixNano % LIMIT,
              parentSpanId: /^0*$/.test(span.parentSpanId) ? "" : span.parentSpanId,
            }));
            const sentLogs = logs.map((log) => ({
              ...log,
              traceId,
              spanId: newSpanId(),
              timeUnixNano: (log.timeUnixNano % (LIMIT - 1n)) + 1n,
              observedTimeUnixNano: log.observedTimeUnixNano % LIMIT,
            }));
            await store.write([request({ spans: sentSpans, logs: sentLogs })]);
            if (Math.random() < 0.1) await reopen();
            const stored = await store.getTrace(traceId);
            const byStart = (a: { startTimeUnixNano: bigint }, b: { startTimeUnixNano: bigint }) =>
              Number(a.startTimeUnixNano > b.startTimeUnixNano) -
              Number(a.startTimeUnixNano < b.startTimeUnixNano);
            expect(stored?.spans.map(({ resource, scope, ...span }) => span)).toEqual(
              sentSpans.sort(byStart),
            );
            const byTime = (a: { timeUnixNano: bigint }, b: { timeUnixNano: bigint }) =>
              Number(a.timeUnixNano > b.timeUnixNano) - Number(a.timeUnixNano < b.timeUnixNano);
            expect(stored?.logs.map(({ resource, scope, ...log }) => log)).toEqual(sentLogs.sort(byTime));
          }),
          { numRuns: 40 },
        );
      }, 60_000);

      test("resources, scopes and schema URLs with their records", async () => {
        const traceId = newTraceId();
        const span = newSpan({ traceId });
        const log = newLog({ traceId });
        const origin = {
          resource: { attributes: attributesOf({ "service.name": "a", n: 1.5 }), droppedAttributesCount: 2 },
          resourceSchemaUrl: "https://r",
          scope: {
            name: "s",
            version: "v",
            attributes: attributesOf({ x: true }),
            droppedAttributesCount: 3,
          },
          scopeSchemaUrl: "https://s",
        };
        await store.write([{ spans: [{ ...origin, spans: [span] }], logs: [{ ...origin, logs: [log] }] }]);
        await reopen();
        await store.write([
          request({ spans: [newSpan({ traceId, startTimeUnixNano: EPOCH + 1n })], service: "b" }),
        ]);
        const trace = await store.getTrace(traceId);
        const [first, second] = trace?.spans ?? [];
        expect(trace?.resources[first?.resource as number]).toEqual({
          ...origin.resource,
          schemaUrl: "https://r",
        });
        expect(trace?.scopes[first?.scope as number]).toEqual({ ...origin.scope, schemaUrl: "https://s" });
        expect(trace?.resources[trace.logs[0]?.resource as number]).toEqual({
          ...origin.resource,
          schemaUrl: "https://r",
        });
        expect(second?.resource).not.toBe(first?.resource);
        expect(trace?.resources).toHaveLength(2);
      });

      test("nothing of a trace that never came", async () => {
        expect(await store.getTrace(newTraceId())).toBeUndefined();
      });
    });

    describe("writes", () => {
      test("say what they stored for the first time", async () => {
        const root = newSpan({
          name: "fetch",
          kind: 2,
          attributes: attributesOf({
            "http.request.method": "GET",
            "url.path": "/orders/42",
            "http.response.status_code": 404,
          }),
          status: { code: 2, message: "" },
        });
        const child = newSpan({ traceId: root.traceId, parentSpanId: root.spanId });
        const result = await store.write([request({ spans: [root, child], logs: [newLog()] })]);
        expect(result).toEqual({
          spans: 2,
          logs: 1,
          traceIds: [root.traceId],
          roots: [
            {
              traceId: root.traceId,
              spanId: root.spanId,
              name: "GET /orders/42",
              service: "shop",
              startTimeUnixNano: root.startTimeUnixNano,
              endTimeUnixNano: root.endTimeUnixNano,
              statusCode: 2,
              httpStatusCode: 404,
            },
          ],
        });
      });

      test("of the same records again change nothing, in one call or later", async () => {
        const traceId = newTraceId();
        const sent = request({
          spans: [newSpan({ traceId }), newSpan({ traceId, startTimeUnixNano: EPOCH + 5n })],
          logs: [newLog({ traceId }), newLog({ traceId, body: { stringValue: "other" } })],
        });
        await store.write([sent, structuredClone(sent)]);
        expect(await store.write([structuredClone(sent)])).toEqual({
          spans: 0,
          logs: 0,
          traceIds: [],
          roots: [],
        });
        await reopen();
        expect(await store.write([structuredClone(sent)])).toMatchObject({ spans: 0, logs: 0 });
        const trace = await store.getTrace(traceId);
        expect(trace?.spans).toHaveLength(2);
        expect(trace?.logs).toHaveLength(2);
      });

      test("of old and new records store the new ones", async () => {
        const traceId = newTraceId();
        const [one, two] = [newSpan({ traceId }), newSpan({ traceId })];
        await store.write([request({ spans: [one] })]);
        expect(await store.write([request({ spans: [one, two] })])).toMatchObject({
          spans: 1,
          traceIds: [traceId],
        });
        expect((await store.getTrace(traceId))?.spans).toHaveLength(2);
      });

      test("keep equal logs of one request apart", async () => {
        const traceId = newTraceId();
        const sent = request({ logs: [newLog({ traceId }), newLog({ traceId }), newLog({ traceId })] });
        await store.write([sent]);
        await store.write([structuredClone(sent)]);
        expect((await store.getTrace(traceId))?.logs).toHaveLength(3);
      });

      test("of a span reported with two starts count it once in its trace", async () => {
        const span = newSpan();
        await store.write([request({ spans: [span] })]);
        await store.write([request({ spans: [{ ...span, startTimeUnixNano: EPOCH + 7n }] })]);
        expect((await store.getTrace(span.traceId))?.spans).toEqual([{ ...span, resource: 0, scope: 0 }]);
        expect((await store.listTraces({ limit: 10 }))[0]).toMatchObject({ spanCount: 1 });
      });

      test("beyond one chunk arrive whole", async () => {
        const traceId = newTraceId();
        const spans = Array.from({ length: 5000 }, (_, at) =>
          newSpan({ traceId, startTimeUnixNano: EPOCH + BigInt(at) }),
        );
        await store.write([request({ spans })]);
        expect((await store.getTrace(traceId))?.spans.map(({ spanId }) => spanId)).toEqual(
          spans.map(({ spanId }) => spanId),
        );
      });
    });

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
        await store.write([
          request({
            spans: [root, failed],
            logs: [newLog({ traceId }), newLog({ traceId, spanId: root.spanId })],
          }),
          request({ spans: [child], service: "bank" }),
          request({ spans: [newSpan({ startTimeUnixNano: EPOCH + 50n * MILLI, name: "later" })] }),
        ]);
        const listed = await store.listTraces({ limit: 10 });
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
        await store.write([request({ spans })]);
        expect(await store.listTraces({ limit: 1 })).toMatchObject([
          { rootSpanId: "", rootName: "at 1", statusCode: 0, spanCount: 2 },
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
        await store.write([request({ spans })]);
        const seen: string[] = [];
        let before: bigint | undefined;
        for (;;) {
          const page = await store.listTraces({
            limit: 7,
            ...(before !== undefined && { beforeUnixNano: before }),
          });
          if (page.length === 0) break;
          seen.push(...page.map(({ traceId }) => traceId));
          before = page.at(-1)?.startTimeUnixNano;
        }
        const newestFirst = [...starts].sort(([, a], [, b]) => Number(b - a)).map(([traceId]) => traceId);
        expect(seen).toEqual(newestFirst);
      });

      test("that hold a matching span or log", async () => {
        const [a, b, c] = [newTraceId(), newTraceId(), newTraceId()];
        await store.write([
          request({ spans: [newSpan({ traceId: a })], service: "one" }),
          request({
            spans: [newSpan({ traceId: b })],
            service: "two",
            logs: [newLog({ traceId: b, severityText: "ERROR" })],
          }),
          request({ spans: [newSpan({ traceId: c })], service: "one", logs: [newLog({ traceId: c })] }),
        ]);
        const ids = async (condition: Condition) =>
          (await store.listTraces({ limit: 10, where: where(condition) }))
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

    describe("lists events", () => {
      const kindsAndTimes = (events: StoredEvent[]) =>
        events.map(
          (event) =>
            `${event.kind} ${(event.kind === "span" ? event.span.startTimeUnixNano : event.atUnixNano) - EPOCH}`,
        );

      test("newest first, a span before a log of the same time", async () => {
        await store.write([
          request({
            spans: [1n, 3n].map((at) => newSpan({ startTimeUnixNano: EPOCH + at })),
            logs: [1n, 2n, 4n].map((at) => newLog({ timeUnixNano: EPOCH + at })),
          }),
        ]);
        const events = await store.listEvents({ where: everything, limit: 10 });
        expect(kindsAndTimes(events)).toEqual(["log 4", "span 3", "log 2", "span 1", "log 1"]);
      });

      test("page by page in both directions, each once, ties included", async () => {
        const spans = Array.from({ length: 20 }, (_, at) =>
          newSpan({ startTimeUnixNano: EPOCH + BigInt(at % 3) }),
        );
        const logs = Array.from({ length: 20 }, (_, at) =>
          newLog({ timeUnixNano: EPOCH + BigInt(at % 4), body: { stringValue: String(at % 10) } }),
        );
        await store.write([request({ spans, logs })]);
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
        const all = await store.listEvents({ where: everything, limit: 100 });
        expect(new Set(all.map(identity)).size).toBe(40);
        for (const direction of ["next", "prev"] as const) {
          const ordered = direction === "next" ? all : [...all].reverse();
          const seen = [ordered[0] as StoredEvent];
          for (;;) {
            const last = seen.at(-1) as StoredEvent;
            const page = await store.listEvents({
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
        await store.write([
          request({ spans: [0n, 1n, 2n].map((at) => newSpan({ startTimeUnixNano: EPOCH + at })) }),
        ]);
        const range = { ...everything, fromUnixNano: EPOCH, toUnixNano: EPOCH + 2n };
        expect(kindsAndTimes(await store.listEvents({ where: range, limit: 10 }))).toEqual([
          "span 1",
          "span 0",
        ]);
      });
    });

    describe("filters", () => {
      const attribute = (...names: string[]) => ({ attributes: names });

      beforeEach(async () => {
        const spans = [
          newSpan({
            name: "s1",
            attributes: attributesOf({ text: "Alpha", count: 5, ratio: 0.5, flag: true }),
          }),
          newSpan({
            name: "s2",
            attributes: attributesOf({ text: "beta", count: 50, flag: false }),
            endTimeUnixNano: EPOCH + 40n * MILLI,
          }),
          newSpan({ name: "s3", attributes: attributesOf({ old: "Alpha", count: "5" }) }),
          newSpan({ name: "s4", status: { code: 2, message: "broke" } }),
        ];
        await store.write([request({ spans, service: "one" })]);
      });

      const names = async (...conditions: Condition[]) =>
        (await store.listEvents({ where: where(...conditions), limit: 100 }))
          .map((event) => (event.kind === "span" ? event.span.name : "log"))
          .sort()
          .join(" ");

      test.each<[string, Condition, string]>([
        ["eq", { field: attribute("text"), operation: "eq", type: "string", value: "Alpha" }, "s1"],
        [
          "eq is case-sensitive",
          { field: attribute("text"), operation: "eq", type: "string", value: "alpha" },
          "",
        ],
        [
          "neq passes events without the field",
          { field: attribute("text"), operation: "neq", type: "string", value: "Alpha" },
          "s2 s3 s4",
        ],
        [
          "any of several names",
          { field: attribute("text", "old"), operation: "eq", type: "string", value: "Alpha" },
          "s1 s3",
        ],
        ["a number", { field: attribute("count"), operation: "eq", type: "number", value: 5 }, "s1"],
        [
          "a number as text",
          { field: attribute("count"), operation: "eq", type: "string", value: "5" },
          "s1 s3",
        ],
        [
          "gt compares numbers, not text",
          { field: attribute("count"), operation: "gt", type: "number", value: 6 },
          "s2",
        ],
        ["lte", { field: attribute("count"), operation: "lte", type: "number", value: 50 }, "s1 s2"],
        ["a fraction", { field: attribute("ratio"), operation: "lt", type: "number", value: 0.6 }, "s1"],
        ["true", { field: attribute("flag"), operation: "eq", type: "boolean", value: true }, "s1"],
        ["false", { field: attribute("flag"), operation: "eq", type: "boolean", value: false }, "s2"],
        [
          "in",
          { field: attribute("text"), operation: "in", type: "string", values: ["beta", "gamma"] },
          "s2",
        ],
        [
          "not_in",
          { field: attribute("text"), operation: "not_in", type: "string", values: ["beta"] },
          "s1 s3 s4",
        ],
        [
          "in of numbers",
          { field: attribute("count"), operation: "in", type: "number", values: [50, 5] },
          "s1 s2",
        ],
        ["includes", { field: attribute("text"), operation: "includes", value: "lph" }, "s1"],
        ["not_includes", { field: attribute("text"), operation: "not_includes", value: "lph" }, "s2 s3 s4"],
        ["includes takes % literally", { field: attribute("text"), operation: "includes", value: "%" }, ""],
        ["starts_with", { field: attribute("text"), operation: "starts_with", value: "Al" }, "s1"],
        ["ends_with", { field: attribute("text"), operation: "ends_with", value: "ta" }, "s2"],
        ["regex", { field: attribute("text"), operation: "regex", value: "^[Ab].*a$" }, "s1 s2"],
        ["exists", { field: attribute("text"), operation: "exists" }, "s1 s2"],
        ["is_null", { field: attribute("text"), operation: "is_null" }, "s3 s4"],
        ["a key nobody stored", { field: attribute("nobody"), operation: "exists" }, ""],
        [
          "the absence of a key nobody stored",
          { field: attribute("nobody"), operation: "is_null" },
          "s1 s2 s3 s4",
        ],
        [
          "the resource's attributes",
          { field: attribute("service.name"), operation: "eq", type: "string", value: "one" },
          "s1 s2 s3 s4",
        ],
        [
          "the duration",
          { field: { property: "durationMs" }, operation: "gt", type: "number", value: 39.9 },
          "s2",
        ],
        [
          "the error",
          { field: { property: "error" }, operation: "eq", type: "string", value: "broke" },
          "s4",
        ],
        ["the name", { field: { property: "spanName" }, operation: "regex", value: "[13]" }, "s1 s3"],
      ])("%s", async (_, condition, expected) => {
        expect(await names(condition)).toBe(expected);
      });

      test("groups within groups", async () => {
        const name = (value: string): Condition => ({
          field: { property: "spanName" },
          operation: "eq",
          type: "string",
          value,
        });
        const filter: EventFilter = {
          ...ALL_TIME,
          conditions: {
            combine: "all",
            conditions: [
              {
                combine: "any",
                conditions: [
                  name("s1"),
                  name("s2"),
                  { combine: "all", conditions: [name("s3"), name("s4")] },
                ],
              },
              { field: attribute("count"), operation: "lt", type: "number", value: 10 },
            ],
          },
        };
        const events = await store.listEvents({ where: filter, limit: 10 });
        expect(events.map((event) => event.kind === "span" && event.span.name)).toEqual(["s1"]);
      });

      test("full text: attributes, names, resources; with and without case; as a regular expression", async () => {
        const found = async (value: string, options: { isRegex?: boolean; matchCase?: boolean } = {}) => {
          const needle = { value, isRegex: false, matchCase: false, ...options };
          const events = await store.listEvents({ where: { ...everything, needle }, limit: 10 });
          return events
            .map((event) => event.kind === "span" && event.span.name)
            .sort()
            .join(" ");
        };
        expect(await found("alpha")).toBe("s1 s3");
        expect(await found("alpha", { matchCase: true })).toBe("");
        expect(await found("Alpha", { matchCase: true })).toBe("s1 s3");
        expect(await found("S[24]", { isRegex: true })).toBe("s2 s4");
        expect(await found("one")).toBe("s1 s2 s3 s4");
        expect(await found("broke")).toBe("s4");
      });

      test("a malformed regular expression is the query's fault", async () => {
        const condition: Condition = { field: attribute("text"), operation: "regex", value: "a(b" };
        for (const ask of [
          () => store.listEvents({ where: where(condition), limit: 1 }),
          () => store.listTraces({ where: where(condition), limit: 1 }),
          () => store.countEvents(where(condition), 1n),
          () => store.listKeys({ ...everything, needle: { value: "[", isRegex: true, matchCase: false } }),
        ]) {
          const error = await ask().catch((fault: unknown) => fault);
          expect(error).toBeInstanceOf(StoreQueryError);
          expect(error).toMatchObject({ code: "invalid_regex" });
        }
      });
    });

    describe("sums up", () => {
      test("events and errors per bucket", async () => {
        await store.write([
          request({
            spans: [0n, 1n, 12n].map((at) =>
              newSpan({ startTimeUnixNano: EPOCH + at, status: { code: at === 1n ? 2 : 0, message: "" } }),
            ),
            logs: [newLog({ timeUnixNano: EPOCH + 13n, severityNumber: 17, severityText: "" })],
          }),
        ]);
        expect(await store.countEvents(everything, 10n)).toEqual([
          { startUnixNano: EPOCH, count: 2, errors: 1 },
          { startUnixNano: EPOCH + 10n, count: 2, errors: 1 },
        ]);
      });

      test("keys with their types and when they were last seen", async () => {
        await store.write([
          request({
            spans: [
              newSpan({ attributes: attributesOf({ a: "x", n: 1 }), startTimeUnixNano: EPOCH }),
              newSpan({ attributes: attributesOf({ a: true }), startTimeUnixNano: EPOCH + 5n }),
            ],
            logs: [newLog({ attributes: attributesOf({ l: 0.5 }), timeUnixNano: EPOCH + 9n })],
          }),
        ]);
        const keys = new Map(
          (await store.listKeys(everything)).map((key) => [`${key.key} ${key.type}`, key.lastSeenUnixNano]),
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

      test("services, and what a time range holds", async () => {
        expect(await store.measure(everything)).toEqual({ rows: 0, bytes: 0 });
        await store.write([
          request({ spans: [newSpan()], service: "b" }),
          request({ logs: [newLog({ timeUnixNano: EPOCH + 4n })], service: "a" }),
          request({ spans: [newSpan()], service: "" }),
        ]);
        expect(await store.listServices()).toEqual([
          { name: "a", lastSeenUnixNano: EPOCH + 4n },
          { name: "b", lastSeenUnixNano: EPOCH },
        ]);
        const { rows, bytes } = await store.measure(everything);
        expect(rows).toBe(3);
        expect(bytes).toBeGreaterThan(200);
        expect((await store.measure({ ...everything, toUnixNano: EPOCH + 1n })).rows).toBe(2);
      });

      test("which of some texts hold a needle", async () => {
        const texts = ["http.route", "HTTP.method", "db"];
        expect(await store.matchTexts(texts, { value: "http", isRegex: false, matchCase: false })).toEqual([
          "http.route",
          "HTTP.method",
        ]);
        expect(await store.matchTexts(texts, { value: "^h.*e$", isRegex: true, matchCase: true })).toEqual([
          "http.route",
        ]);
      });
    });

    test("answers while it writes, with what was acknowledged before", async () => {
      const traceId = newTraceId();
      for (let round = 0; round < 5; round++) {
        const writing = store.write([
          request({
            spans: Array.from({ length: 500 }, () =>
              newSpan({ traceId, startTimeUnixNano: EPOCH + BigInt(round) }),
            ),
          }),
        ]);
        const during = await store.getTrace(traceId);
        expect(during?.spans.length ?? 0).toBeGreaterThanOrEqual(round * 500);
        await writing;
      }
      expect((await store.getTrace(traceId))?.spans).toHaveLength(2500);
    });
  });
}
