// What a store keeps of spans and logs, and what it does with those it has already. Part of store.case.ts.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { log as anyLog, span as anySpan } from "../../../otlp/src/messages.fixture.ts";
import { spanTableOf } from "../../../otlp/src/table/from-messages.fixture.ts";
import { attributesOf, EPOCH, newLog, newSpan, newSpanId, newTraceId, request } from "../records.fixture.ts";
import { type OpenedStore, traceIn } from "./store-cases.fixture.ts";

export function recordCases(opened: OpenedStore): void {
  describe("keeps", () => {
    test("every field of arbitrary spans and logs, also after it was closed", async () => {
      const LIMIT = 2n ** 63n;
      const records = fc.record({
        spans: fc.array(anySpan, { minLength: 1, maxLength: 5 }),
        logs: fc.array(anyLog, { maxLength: 5 }),
        isReopened: fc.integer({ min: 1, max: 10 }).map((n) => n === 1),
      });
      await fc.assert(
        fc.asyncProperty(records, async ({ spans, logs, isReopened }) => {
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
          await opened.store.write([request({ spans: sentSpans, logs: sentLogs })]);
          if (isReopened) await opened.reopen();
          const stored = await traceIn(opened.store, traceId);
          const byStart = (a: { startTimeUnixNano: bigint }, b: { startTimeUnixNano: bigint }) =>
            Number(a.startTimeUnixNano > b.startTimeUnixNano) -
            Number(a.startTimeUnixNano < b.startTimeUnixNano);
          expect(stored?.spans.map(({ resource, scope, ...span }) => span)).toEqual(sentSpans.sort(byStart));
          const byTime = (a: { timeUnixNano: bigint }, b: { timeUnixNano: bigint }) =>
            Number(a.timeUnixNano > b.timeUnixNano) - Number(a.timeUnixNano < b.timeUnixNano);
          expect(stored?.logs.map(({ resource, scope, ...log }) => log)).toEqual(sentLogs.sort(byTime));
        }),
        { numRuns: 40 },
      );
    });

    test("resources, scopes and schema URLs with their records", async () => {
      const traceId = newTraceId();
      const span = newSpan({ traceId });
      const log = newLog({ traceId });
      const origin = {
        resource: {
          attributes: attributesOf({ "service.name": "a", n: 1.5 }),
          droppedAttributesCount: 2,
          entityRefs: [
            { schemaUrl: "https://e", type: "service", idKeys: ["service.name"], descriptionKeys: ["n"] },
          ],
        },
        resourceSchemaUrl: "https://r",
        scope: {
          name: "s",
          version: "v",
          attributes: attributesOf({ x: true }),
          droppedAttributesCount: 3,
        },
        scopeSchemaUrl: "https://s",
      };
      const spans = spanTableOf({
        resourceSpans: [
          {
            resource: origin.resource,
            scopeSpans: [{ scope: origin.scope, spans: [span], schemaUrl: origin.scopeSchemaUrl }],
            schemaUrl: origin.resourceSchemaUrl,
          },
        ],
      });
      await opened.store.write([{ spans, logs: [{ ...origin, logs: [log] }] }]);
      await opened.reopen();
      await opened.store.write([
        request({ spans: [newSpan({ traceId, startTimeUnixNano: EPOCH + 1n })], service: "b" }),
      ]);
      const trace = await traceIn(opened.store, traceId);
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
      expect(await traceIn(opened.store, newTraceId())).toBeUndefined();
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
      const result = await opened.store.write([request({ spans: [root, child], logs: [newLog()] })]);
      expect(result).toMatchObject({
        spans: 2,
        logs: 1,
        traceIds: [root.traceId],
        entries: [
          {
            traceId: root.traceId,
            spanId: root.spanId,
            isRoot: true,
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
      const sent = {
        spans: [newSpan({ traceId }), newSpan({ traceId, startTimeUnixNano: EPOCH + 5n })],
        logs: [newLog({ traceId }), newLog({ traceId, body: { stringValue: "other" } })],
      };
      await opened.store.write([request(sent), request(sent)]);
      expect(await opened.store.write([request(sent)])).toMatchObject({
        spans: 0,
        logs: 0,
        traceIds: [],
        entries: [],
      });
      await opened.reopen();
      expect(await opened.store.write([request(sent)])).toMatchObject({ spans: 0, logs: 0 });
      const trace = await traceIn(opened.store, traceId);
      expect(trace?.spans).toHaveLength(2);
      expect(trace?.logs).toHaveLength(2);
    });

    test("of old and new records store the new ones", async () => {
      const traceId = newTraceId();
      const [one, two] = [newSpan({ traceId }), newSpan({ traceId })];
      await opened.store.write([request({ spans: [one] })]);
      expect(await opened.store.write([request({ spans: [one, two] })])).toMatchObject({
        spans: 1,
        traceIds: [traceId],
      });
      expect((await traceIn(opened.store, traceId))?.spans).toHaveLength(2);
    });

    test("keep equal logs of one request apart", async () => {
      const traceId = newTraceId();
      const sent = { logs: [newLog({ traceId }), newLog({ traceId }), newLog({ traceId })] };
      await opened.store.write([request(sent)]);
      await opened.store.write([request(sent)]);
      expect((await traceIn(opened.store, traceId))?.logs).toHaveLength(3);
    });

    // A shared span id may be one span told twice or two spans of a careless sender: whoever reads decides, not the store.
    test("of spans that share their id but not their start keep both", async () => {
      const span = newSpan();
      const later = { ...span, startTimeUnixNano: EPOCH + 7n };
      await opened.store.write([request({ spans: [span] })]);
      await opened.store.write([request({ spans: [later] })]);
      expect((await traceIn(opened.store, span.traceId))?.spans).toEqual([
        { ...span, resource: 0, scope: 0 },
        { ...later, resource: 0, scope: 0 },
      ]);
      expect((await opened.store.listTraces({ limit: 10 }))[0]).toMatchObject({ spanCount: 2 });
    });

    test("beyond one chunk arrive whole", async () => {
      const traceId = newTraceId();
      const spans = Array.from({ length: 5000 }, (_, at) =>
        newSpan({ traceId, startTimeUnixNano: EPOCH + BigInt(at) }),
      );
      await opened.store.write([request({ spans })]);
      expect((await traceIn(opened.store, traceId))?.spans.map(({ spanId }) => spanId)).toEqual(
        spans.map(({ spanId }) => spanId),
      );
    });
  });

  test("answers while it writes, with what was acknowledged before", async () => {
    const traceId = newTraceId();
    for (let round = 0; round < 5; round++) {
      const writing = opened.store.write([
        request({
          spans: Array.from({ length: 500 }, () =>
            newSpan({ traceId, startTimeUnixNano: EPOCH + BigInt(round) }),
          ),
        }),
      ]);
      const during = await traceIn(opened.store, traceId);
      expect(during?.spans.length ?? 0).toBeGreaterThanOrEqual(round * 500);
      await writing;
    }
    expect((await traceIn(opened.store, traceId))?.spans).toHaveLength(2500);
  });
}
