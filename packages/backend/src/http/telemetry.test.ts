// The telemetry API through Cloudflare's own client.

import { encodeLogsJson, encodeTracesJson } from "@enterspan/otlp";
import Cloudflare from "cloudflare";
import { beforeEach, describe, expect, test } from "vitest";
import { post, startedBackend } from "../backend.fixture.ts";
import type { Backend } from "../index.ts";
import {
  attributesOf,
  EPOCH,
  logs,
  MILLI,
  newLog,
  newSpan,
  newSpanId,
  newTraceId,
  traces,
} from "../records.fixture.ts";

type QueryParams = Cloudflare.Workers.Observability.TelemetryQueryParams;
type Parameters = NonNullable<QueryParams["parameters"]>;
type Filters = NonNullable<Parameters["filters"]>;

const NOW = Number(EPOCH / MILLI);
const timeframe = { from: NOW - 1000, to: NOW + 1000 };

let backend: Backend;
let client: Cloudflare;
const shop = { traceId: newTraceId(), spanId: newSpanId() };
const bank = { traceId: newTraceId(), spanId: newSpanId() };

beforeEach(async () => {
  backend = await startedBackend();
  client = new Cloudflare({ baseURL: `${backend.url}/client/v4`, apiToken: "x", maxRetries: 0 });
  const root = newSpan({
    ...shop,
    name: "fetch",
    kind: 2,
    startTimeUnixNano: EPOCH + 10n * MILLI,
    endTimeUnixNano: EPOCH + 22n * MILLI + 500_000n,
    attributes: attributesOf({
      "http.request.method": "GET",
      "url.path": "/orders/42",
      "url.full": "https://shop.example/orders/42",
      "http.response.status_code": 500,
      "cloudflare.handler_type": "fetch",
      "cloudflare.outcome": "exception",
      "cloudflare.cpu_time": 3,
      "cloudflare.wall_time_ms": 12.5,
      "user_agent.orginal": "curl",
      tenant: "acme",
      vip: true,
    }),
    status: { code: 2, message: "out of stock" },
  });
  const child = newSpan({
    traceId: shop.traceId,
    parentSpanId: shop.spanId,
    name: "durable_object_storage_getAlarm",
    kind: 3,
    startTimeUnixNano: EPOCH + 11n * MILLI,
  });
  const other = newSpan({
    ...bank,
    name: "charge",
    attributes: attributesOf({ tenant: "zeta", amount: 12.5 }),
  });
  await post(backend, "/v1/traces", encodeTracesJson(traces([root, child], "shop")));
  await post(backend, "/v1/traces", encodeTracesJson(traces([other], "bank")));
  const log = newLog({
    ...shop,
    timeUnixNano: EPOCH + 12n * MILLI,
    severityNumber: 17,
    severityText: "ERROR",
    body: { kvlistValue: { values: [{ key: "order", value: { intValue: 42n } }] } },
  });
  await post(backend, "/v1/logs", encodeLogsJson(logs([log], "shop")));
});

const query = (params: Partial<QueryParams>) =>
  client.workers.observability.telemetry.query({
    account_id: "any",
    queryId: "adhoc",
    timeframe,
    parameters: {},
    ...params,
  });

const eventNames = async (parameters: Parameters) => {
  const { events } = await query({ view: "events", parameters });
  return (events?.events ?? []).map(({ $metadata }) => $metadata.spanName ?? "log").join(" ");
};

const filtered = (...filters: Filters) => eventNames({ filters });

describe("events", () => {
  test("are spans and logs with metadata, workers and plain attributes", async () => {
    const { events, statistics, run } = await query({ view: "events" });
    expect(events?.count).toBe(4);
    const [log, child, root, other] = events?.events ?? [];
    expect(root).toMatchObject({
      dataset: "cloudflare-workers",
      timestamp: NOW + 10,
      source: { tenant: "acme", vip: true, "http.response.status_code": 500, "service.name": "shop" },
      $metadata: {
        type: "cf-worker-span",
        service: "shop",
        traceId: shop.traceId,
        spanId: shop.spanId,
        spanName: "fetch",
        duration: 12.5,
        startTime: NOW + 10,
        endTime: NOW + 22.5,
        level: "error",
        error: "out of stock",
        trigger: "GET /orders/42",
        origin: "fetch",
        statusCode: 500,
        url: "https://shop.example/orders/42",
      },
      $workers: {
        eventType: "fetch",
        scriptName: "shop",
        outcome: "exception",
        cpuTimeMs: 3,
        wallTimeMs: 12.5,
      },
    });
    expect(root?.$metadata).not.toHaveProperty("parentSpanId");
    expect(child?.$metadata).toMatchObject({
      parentSpanId: shop.spanId,
      spanName: "durable_object_storage_getAlarm",
    });
    expect(child?.$metadata).not.toHaveProperty("trigger");
    expect(log).toMatchObject({
      timestamp: NOW + 12,
      source: { message: { order: 42 } },
      $metadata: {
        type: "cf-worker-log",
        level: "error",
        message: '{"order":42}',
        error: '{"order":42}',
        spanId: shop.spanId,
      },
    });
    expect(other?.$metadata.service).toBe("bank");
    expect(statistics.rows_read).toBe(4);
    expect(statistics.bytes_read).toBeGreaterThan(400);
    expect(statistics.elapsed).toBeGreaterThan(0);
    expect(run).toMatchObject({
      accountId: "any",
      status: "COMPLETED",
      timeframe,
      query: { id: "adhoc", adhoc: true },
    });
    expect(events?.fields).toContainEqual({ key: "vip", type: "boolean" });
    expect(events?.series?.reduce((sum, { data }) => sum + (data[0]?.errors ?? 0), 0)).toBe(2);
  });

  test("come page by page, by the id of the last", async () => {
    const seen: string[] = [];
    let offset: string | undefined;
    for (;;) {
      const { events } = await query({ view: "events", limit: 1, ...(offset && { offset }) });
      const [event] = events?.events ?? [];
      if (!event) break;
      seen.push(event.$metadata.id);
      offset = event.$metadata.id;
      expect(events?.count).toBe(4);
    }
    expect(new Set(seen).size).toBe(4);
  });

  test.each<[string, Filters[number], string]>([
    ["=", { key: "tenant", operation: "=", type: "string", value: "acme" }, "fetch"],
    [
      "!=",
      { key: "tenant", operation: "!=", type: "string", value: "acme" },
      "log durable_object_storage_getAlarm charge",
    ],
    [">=", { key: "amount", operation: ">=", type: "number", value: 12.5 }, "charge"],
    [
      "<",
      { key: "$metadata.duration", operation: "<", type: "number", value: 5 },
      "durable_object_storage_getAlarm charge",
    ],
    ["IN", { key: "tenant", operation: "IN", type: "string", value: "zeta, acme" }, "fetch charge"],
    [
      "not_in",
      { key: "tenant", operation: "not_in", type: "string", value: "zeta,acme" },
      "log durable_object_storage_getAlarm",
    ],
    [
      "in of numbers",
      { key: "$metadata.statusCode", operation: "in", type: "number", value: "404,500" },
      "fetch",
    ],
    [
      "INCLUDES",
      { key: "$metadata.message", operation: "INCLUDES", type: "string", value: '"order":42' },
      "log",
    ],
    [
      "DOES_NOT_INCLUDE",
      { key: "tenant", operation: "DOES_NOT_INCLUDE", type: "string", value: "e" },
      "log durable_object_storage_getAlarm",
    ],
    [
      "STARTS_WITH",
      { key: "$metadata.trigger", operation: "STARTS_WITH", type: "string", value: "GET /orders" },
      "fetch",
    ],
    ["ENDS_WITH", { key: "$metadata.url", operation: "ENDS_WITH", type: "string", value: "/42" }, "fetch"],
    [
      "MATCH_REGEX",
      { key: "tenant", operation: "MATCH_REGEX", type: "string", value: "^(?i)ACME$" },
      "fetch",
    ],
    ["EXISTS", { key: "vip", operation: "EXISTS", type: "boolean" }, "fetch"],
    ["DOES_NOT_EXIST", { key: "$metadata.spanName", operation: "DOES_NOT_EXIST", type: "string" }, "log"],
    ["a boolean", { key: "vip", operation: "eq", type: "boolean", value: true }, "fetch"],
    ["$workers", { key: "$workers.outcome", operation: "eq", type: "string", value: "exception" }, "fetch"],
    [
      "a trace id",
      { key: "$metadata.traceId", operation: "eq", type: "string", value: bank.traceId },
      "charge",
    ],
    [
      "a span id in upper case",
      { key: "$metadata.spanId", operation: "eq", type: "string", value: bank.spanId.toUpperCase() },
      "charge",
    ],
    [
      "the other spelling of a key",
      { key: "user_agent.original", operation: "eq", type: "string", value: "curl" },
      "fetch",
    ],
    [
      "the other spelling of a name",
      { key: "$metadata.spanName", operation: "eq", type: "string", value: "durable_object_alarms_getAlarm" },
      "durable_object_storage_getAlarm",
    ],
    [
      "a fixed field by its other spelling",
      { key: "$workers.cpuTimeMs", operation: "eq", type: "number", value: 3 },
      "fetch",
    ],
  ])("filter: %s", async (_, filter, expected) => {
    expect(await filtered(filter)).toBe(expected);
  });

  test("filters combine by and, or and groups", async () => {
    const tenant = (value: string): Filters[number] => ({
      key: "tenant",
      operation: "eq",
      type: "string",
      value,
    });
    expect(await eventNames({ filters: [tenant("acme"), tenant("zeta")] })).toBe("");
    expect(await eventNames({ filters: [tenant("acme"), tenant("zeta")], filterCombination: "OR" })).toBe(
      "fetch charge",
    );
    const group: Filters[number] = {
      kind: "group",
      filterCombination: "or",
      filters: [tenant("acme"), tenant("zeta")],
    };
    const errors: Filters[number] = { key: "$metadata.error", operation: "exists", type: "string" };
    expect(await eventNames({ filters: [group, errors] })).toBe("fetch");
  });

  test("full text finds text anywhere, with or without case, or a regular expression", async () => {
    expect(await eventNames({ needle: { value: "STOCK" } })).toBe("fetch");
    expect(await eventNames({ needle: { value: "STOCK", matchCase: true } })).toBe("");
    expect(await eventNames({ needle: { value: "cha?rge$", isRegex: true } })).toBe("charge");
    expect(await eventNames({ needle: { value: bank.traceId } })).toBe("charge");
  });

  test.each([Number.MAX_SAFE_INTEGER, 8.64e15, 1e300])("until %d, which is until ever", async (to) => {
    for (const granularity of [1, 60]) {
      const { events } = await query({ view: "events", timeframe: { from: 0, to }, granularity });
      expect(events?.count).toBe(4);
    }
  });

  test("outside the time range or in other datasets there are none", async () => {
    const earlier = await query({ timeframe: { from: NOW - 2000, to: NOW - 1000 } });
    expect(earlier.events).toMatchObject({ count: 0, events: [] });
    expect(earlier.statistics.rows_read).toBe(0);
    expect(await eventNames({ datasets: ["otel"] })).toBe("");
    expect(await eventNames({ datasets: ["cloudflare-workers"] })).not.toBe("");
  });
});

describe("traces", () => {
  test("are summaries, newest first", async () => {
    const { traces } = await query({ view: "traces" });
    expect(traces).toEqual([
      {
        traceId: shop.traceId,
        rootSpanName: "fetch",
        rootTransactionName: "GET /orders/42",
        service: ["shop"],
        spans: 2,
        traceDurationMs: 12.5,
        traceStartMs: NOW + 10,
        traceEndMs: NOW + 22.5,
        errors: ["out of stock"],
      },
      expect.objectContaining({ traceId: bank.traceId, service: ["bank"], spans: 1 }),
    ]);
  });

  test("match when one of their events does, and come page by page", async () => {
    const found = async (params: Partial<QueryParams>) =>
      (await query({ view: "traces", ...params })).traces?.map(({ traceId }) => traceId);
    const level: Filters[number] = {
      key: "$metadata.level",
      operation: "eq",
      type: "string",
      value: "error",
    };
    expect(await found({ parameters: { filters: [level] } })).toEqual([shop.traceId]);
    expect(await found({ limit: 1 })).toEqual([shop.traceId]);
    expect(await found({ limit: 1, offset: shop.traceId })).toEqual([bank.traceId]);
    expect(await found({ limit: 1, offset: bank.traceId })).toEqual([]);
    const tied = [newTraceId(), newTraceId(), newTraceId()].sort() as [string, string, string];
    const spans = tied.map((traceId) => newSpan({ traceId, startTimeUnixNano: EPOCH + 50n * MILLI }));
    await post(backend, "/v1/traces", encodeTracesJson(traces(spans, "tied")));
    expect(await found({ limit: 2 })).toEqual(tied.slice(0, 2));
    expect(await found({ limit: 2, offset: tied[1] })).toEqual([tied[2], shop.traceId]);
  });
});

describe("keys", () => {
  const keys = async (params: Partial<Cloudflare.Workers.Observability.TelemetryKeysParams> = {}) => {
    const found = [];
    for await (const key of client.workers.observability.telemetry.keys({ account_id: "any", ...params }))
      found.push(key);
    return found;
  };

  test("are attributes and fixed fields, with type and time", async () => {
    const found = await keys();
    expect(found).toContainEqual({ key: "amount", type: "number", lastSeenAt: NOW });
    expect(found).toContainEqual({ key: "vip", type: "boolean", lastSeenAt: NOW + 10 });
    expect(found).toContainEqual({ key: "$metadata.statusCode", type: "number", lastSeenAt: NOW + 10 });
    expect(found).toContainEqual({ key: "$metadata.message", type: "string", lastSeenAt: NOW + 12 });
    expect(found).toContainEqual({ key: "$workers.outcome", type: "string", lastSeenAt: NOW + 10 });
  });

  test("are found by any spelling, by filters, in a time range, up to a limit", async () => {
    const names = async (params: Parameters0) => (await keys(params)).map(({ key }) => key);
    expect(await names({ keyNeedle: { value: "user_agent.original" } })).toEqual(["user_agent.orginal"]);
    expect(await names({ keyNeedle: { value: "^vi.$", isRegex: true } })).toEqual(["vip"]);
    const filters: Filters = [{ key: "$metadata.service", operation: "eq", type: "string", value: "bank" }];
    expect(await names({ filters, keyNeedle: { value: "tenant" } })).toEqual(["tenant"]);
    expect(await names({ filters })).not.toContain("vip");
    expect(await names({ from: NOW + 12, to: NOW + 20 })).not.toContain("tenant");
    expect(await names({ limit: 3 })).toHaveLength(3);
  });
  type Parameters0 = Partial<Cloudflare.Workers.Observability.TelemetryKeysParams>;
});
