// The view `calculations` and the values of a key, through Cloudflare's own client.

import { encodeLogsJson, encodeTracesJson } from "@enterspan/otlp";
import Cloudflare from "cloudflare";
import { beforeEach, describe, expect, test } from "vitest";
import { post, startedBackend } from "../backend.fixture.ts";
import type { Backend } from "../index.ts";
import { attributesOf, EPOCH, logs, MILLI, newLog, newSpan, traces } from "../records.fixture.ts";

type QueryParams = Cloudflare.Workers.Observability.TelemetryQueryParams;
type Parameters = NonNullable<QueryParams["parameters"]>;
type Calculations = NonNullable<Parameters["calculations"]>;
type ValuesParams = Cloudflare.Workers.Observability.TelemetryValuesParams;

const NOW = Number(EPOCH / MILLI);
const HOUR = 3_600_000;
const timeframe = { from: NOW, to: NOW + HOUR };
const duration = { key: "$metadata.duration", keyType: "number" } as const;

let backend: Backend;
let client: Cloudflare;

/** 20 spans, one every three minutes, of 1 to 20 ms; every fourth is slow's; an hour before there were three. */
beforeEach(async () => {
  backend = await startedBackend();
  client = new Cloudflare({ baseURL: `${backend.url}/client/v4`, apiToken: "x", maxRetries: 0 });
  const span = (minutes: number, ms: number, name: string) => {
    const startTimeUnixNano = EPOCH + BigInt(minutes * 60_000) * MILLI;
    const attributes = attributesOf({ tenant: ms % 2 ? "odd" : "even", size: ms / 2, big: ms > 10 });
    return newSpan({
      name,
      startTimeUnixNano,
      endTimeUnixNano: startTimeUnixNano + BigInt(ms) * MILLI,
      attributes,
    });
  };
  const now = Array.from({ length: 20 }, (_, at) => span(at * 3, at + 1, at % 4 === 3 ? "slow" : "fast"));
  const before = [1, 2, 3].map((ms) => span(-30, ms, "fast"));
  await post(backend, "/v1/traces", encodeTracesJson(traces([...now, ...before])));
});

const query = (params: Partial<QueryParams>) =>
  client.workers.observability.telemetry.query({
    account_id: "any",
    queryId: "adhoc",
    view: "calculations",
    timeframe,
    ...params,
  });

const calculate = async (calculations: Calculations, parameters: Parameters = {}) =>
  (await query({ parameters: { ...parameters, calculations } })).calculations ?? [];

describe("calculations", () => {
  test("of every operator, in both spellings", async () => {
    const operators = [
      ["uniq", 20],
      ["max", 20],
      ["min", 1],
      ["sum", 210],
      ["avg", 10.5],
      ["median", 10.5],
      ["p001", 1.019],
      ["p01", 1.19],
      ["p05", 1.95],
      ["p10", 2.9],
      ["p25", 5.75],
      ["p75", 15.25],
      ["p90", 18.1],
      ["p95", 19.05],
      ["p99", 19.81],
      ["p999", 19.981],
      ["stddev", Math.sqrt(35)],
      ["variance", 35],
    ] as const;
    const capitals = { uniq: "COUNT_DISTINCT" } as Record<string, string>;
    const results = await calculate([
      { operator: "count" },
      { operator: "COUNT" },
      ...operators.flatMap(([operator]) => [
        { operator, ...duration },
        { operator: (capitals[operator] ?? operator.toUpperCase()) as "MAX", ...duration },
      ]),
    ]);
    const found = results.map(
      ({ calculation, aggregates }) => [calculation, aggregates[0]?.value ?? 0] as const,
    );
    expect(found.slice(0, 2)).toEqual([
      ["count", 20],
      ["COUNT", 20],
    ]);
    operators.forEach(([operator, value], at) => {
      for (const [name, result] of found.slice(2 + at * 2, 4 + at * 2)) {
        expect([operator, capitals[operator], operator.toUpperCase()]).toContain(name);
        expect([operator, result]).toEqual([operator, expect.closeTo(value, 6)]);
      }
    });
  });

  test("come with counts, aliases, statistics and a series", async () => {
    const { calculations, statistics, run, ...others } = await query({
      parameters: { calculations: [{ operator: "p99", alias: "slowest", ...duration }] },
      granularity: 6,
    });
    expect(others).toEqual({});
    expect(run.granularity).toBe(6);
    expect(statistics).toMatchObject({ rows_read: 20 });
    expect(statistics.bytes_read).toBeGreaterThan(1000);
    const [p99] = calculations ?? [];
    expect(p99).toMatchObject({ calculation: "p99", alias: "slowest" });
    expect(p99?.aggregates).toEqual([
      { count: 20, interval: 1, sampleInterval: 1, value: expect.closeTo(19.81, 9) },
    ]);
    expect(p99?.series.map(({ time }) => Date.parse(time) - NOW)).toEqual(
      [0, 1, 2, 3, 4, 5].map((n) => n * 600_000),
    );
    expect(p99?.series.map(({ data }) => data[0]?.count)).toEqual([4, 3, 3, 4, 3, 3]);
    expect(p99?.series[5]?.data[0]?.value).toBeCloseTo(19.98, 9);
  });

  test("without granularity are in parts that begin at round times; those without events are empty", async () => {
    const { calculations } = await query({
      timeframe: { from: NOW + 90_000, to: NOW + HOUR - 1 },
      parameters: { calculations: [{ operator: "count" }] },
    });
    const series = calculations?.[0]?.series ?? [];
    expect(series.map(({ time }) => (Date.parse(time) - NOW) / 60_000)).toEqual(
      Array.from({ length: 59 }, (_, at) => at + 1),
    );
    expect(
      series
        .map(({ data }) => data.length)
        .join("")
        .slice(0, 6),
    ).toBe("001001");
    for (const to of [NOW + 1, NOW + 10 * HOUR, NOW + 1000 * HOUR, 8.64e15]) {
      const wide = await query({
        timeframe: { from: NOW, to },
        parameters: { calculations: [{ operator: "count" }] },
      });
      const parts = wide.calculations?.[0]?.series ?? [];
      expect(parts.length).toBeLessThanOrEqual(61);
      expect(parts.flatMap(({ data }) => data.map(({ count }) => count)).reduce((a, b) => a + b)).toBe(
        to === NOW + 1 ? 1 : 20,
      );
    }
  });

  test("are charts, numbers or both, as asked", async () => {
    const parameters = { calculations: [{ operator: "count" as const }] };
    const shapeOf = async (params: Partial<QueryParams>) => {
      const [count] = (await query({ parameters, granularity: 2, ...params })).calculations ?? [];
      return [count?.aggregates.length, count?.series.length];
    };
    expect(await shapeOf({ chartType: "timeseries" })).toEqual([0, 2]);
    expect(await shapeOf({ chartType: "aggregate" })).toEqual([1, 0]);
    expect(await shapeOf({ ignoreSeries: true })).toEqual([1, 0]);
    expect(await shapeOf({ chart: false })).toEqual([1, 0]);
    expect(await shapeOf({ chart: true })).toEqual([1, 2]);
  });

  test("are grouped, put in order and tested by alias or operator, page by page", async () => {
    const groupBys = [
      { type: "string" as const, value: "$metadata.spanName" },
      { type: "boolean" as const, value: "big" },
    ];
    const calculations: Calculations = [
      { operator: "count", alias: "n" },
      { operator: "max", ...duration },
    ];
    const groups = async (parameters: Parameters, params: Partial<QueryParams> = {}) => {
      const all = { groupBys, calculations, ...parameters };
      const answer = await query({ parameters: all, granularity: 1, ...params });
      return answer.calculations?.map(({ aggregates, series }) => {
        const inSeries = series[0]?.data.map(({ value }) => value);
        expect(inSeries?.sort()).toEqual(aggregates.map(({ value }) => value).sort());
        return aggregates.map((row) => `${row.groups?.map(({ value }) => value).join(" ")} ${row.value}`);
      });
    };
    expect(await groups({ orderBy: { value: "n" } })).toEqual([
      ["fast false 8", "fast true 7", "slow true 3", "slow false 2"],
      ["fast false 10", "fast true 19", "slow true 20", "slow false 8"],
    ]);
    expect(await groups({ orderBy: { value: "max", order: "asc" }, limit: 2 })).toEqual([
      ["slow false 2", "fast false 8"],
      ["slow false 8", "fast false 10"],
    ]);
    expect(await groups({ orderBy: { value: "n" } }, { limit: 2, offsetBy: 1 })).toMatchObject([
      ["fast true 7", "slow true 3"],
      {},
    ]);
    expect(
      await groups({
        havings: [
          { key: "n", operation: "gt", value: 2 },
          { key: "MAX", operation: "lt", value: 20 },
        ],
      }),
    ).toMatchObject([["fast false 8", "fast true 7"], {}]);
  });

  test("leave out groups' keys that events have not, and results that are none", async () => {
    await post(
      backend,
      "/v1/logs",
      encodeLogsJson(
        logs([newLog({ timeUnixNano: EPOCH + MILLI }), newLog({ timeUnixNano: EPOCH + 2n * MILLI })]),
      ),
    );
    const groupBys = [{ type: "string" as const, value: "$metadata.spanName" }];
    const [count, max] = await calculate([{ operator: "count" }, { operator: "max", ...duration }], {
      groupBys,
    });
    expect(count?.aggregates.at(-1)).toMatchObject({ groups: [], value: 2 });
    expect(max?.aggregates.map(({ groups }) => groups?.length)).toEqual([1, 1]);
    expect(
      await calculate([{ operator: "count" }, { operator: "max", ...duration }], {
        filters: [{ key: "tenant", operation: "eq", type: "string", value: "nobody" }],
      }),
    ).toMatchObject([{ aggregates: [{ value: 0, count: 0, sampleInterval: 1 }] }, { aggregates: [] }]);
  });

  test("compare with the period before, group by group", async () => {
    const answer = await query({
      compare: true,
      granularity: 2,
      parameters: {
        calculations: [{ operator: "count" }],
        groupBys: [{ type: "string", value: "$metadata.spanName" }],
        orderBy: { value: "count" },
      },
    });
    const groupsOf = (results: typeof answer.calculations) =>
      results?.[0]?.aggregates.map(({ groups, value }) => [groups?.[0]?.value, value]);
    expect(groupsOf(answer.calculations)).toEqual([
      ["fast", 15],
      ["slow", 5],
    ]);
    expect(groupsOf(answer.compare)).toEqual([["fast", 3]]);
    const series = answer.compare?.[0]?.series;
    expect(series?.map(({ time }) => Date.parse(time) - NOW)).toEqual([-HOUR, -HOUR / 2]);
    expect(series?.map(({ data }) => data[0]?.value)).toEqual([undefined, 3]);
    expect(answer.statistics.rows_read).toBe(23);
    const elsewhere = { datasets: ["otel"], calculations: [{ operator: "count" as const }] };
    const none = await query({ compare: true, parameters: elsewhere });
    expect([none.calculations, none.compare]).toMatchObject([
      [{ aggregates: [{ value: 0 }] }],
      [{ aggregates: [{ value: 0 }] }],
    ]);
  });

  test("count sampled events for as many as they stand for", async () => {
    const span = (traceState: string, at: bigint) =>
      newSpan({ traceState, startTimeUnixNano: EPOCH + at * MILLI });
    // A tenth kept.
    const spans = Array.from({ length: 3 }, (_, at) => span("ot=th:e6666666666666", BigInt(at)));
    await post(backend, "/v1/traces", encodeTracesJson(traces([...spans, span("", 5n)], "sampled")));
    const filters = [
      { key: "$metadata.service", operation: "eq" as const, type: "string" as const, value: "sampled" },
    ];
    const [count, sum] = await calculate([{ operator: "count" }, { operator: "sum", ...duration }], {
      filters,
    });
    expect(count?.aggregates).toEqual([
      { count: 31, value: 31, interval: expect.closeTo(7.75, 9), sampleInterval: expect.closeTo(7.75, 9) },
    ]);
    expect(sum?.aggregates[0]?.value).toBeCloseTo(31, 9);
    const { events } = await query({ view: "events", granularity: 1, limit: 2, parameters: { filters } });
    expect([events?.count, events?.events?.length]).toEqual([31, 2]);
    expect(events?.series?.map(({ data }) => data)).toMatchObject([
      [{ count: 31, sampleInterval: expect.closeTo(7.75, 9), aggregates: { _count: 31 }, errors: 0 }],
    ]);
  });

  test("of too many groups and parts say so", async () => {
    const spans = Array.from({ length: 150 }, (_, at) => newSpan({ attributes: attributesOf({ at }) }));
    await post(backend, "/v1/traces", encodeTracesJson(traces(spans)));
    const parameters = {
      calculations: [{ operator: "count" as const }],
      groupBys: [{ type: "number" as const, value: "at" }],
    };
    await expect(query({ parameters, limit: 150, granularity: 1000 })).rejects.toThrow("use a smaller limit");
    expect(
      (await query({ parameters, limit: 150, granularity: 5 })).calculations?.[0]?.aggregates,
    ).toHaveLength(150);
  });
});

describe("values", () => {
  const values = async (params: Partial<ValuesParams> & Pick<ValuesParams, "key" | "type">) => {
    const found = [];
    const all = { account_id: "any", datasets: [], timeframe, ...params };
    for await (const value of client.workers.observability.telemetry.values(all)) found.push(value);
    return found;
  };
  const texts = async (params: Parameters0) => (await values(params)).map(({ value }) => value);
  type Parameters0 = Partial<ValuesParams> & Pick<ValuesParams, "key" | "type">;

  test("of a key, the most frequent first", async () => {
    expect(await values({ key: "$metadata.spanName", type: "string" })).toEqual([
      { dataset: "cloudflare-workers", key: "$metadata.spanName", type: "string", value: "fast" },
      { dataset: "cloudflare-workers", key: "$metadata.spanName", type: "string", value: "slow" },
    ]);
    expect(await texts({ key: "big", type: "boolean" })).toEqual([false, true]);
    expect(await texts({ key: "size", type: "number", limit: 3 })).toEqual([0.5, 1, 1.5]);
    expect(await texts({ key: "nobody", type: "string" })).toEqual([]);
  });

  test("of events that filters, full text and the time range pass", async () => {
    const filters: ValuesParams["filters"] = [
      { key: "$metadata.spanName", operation: "eq", type: "string", value: "slow" },
    ];
    expect(await texts({ key: "tenant", type: "string" })).toEqual(["even", "odd"]);
    expect(await texts({ key: "tenant", type: "string", filters })).toEqual(["even"]);
    expect(await texts({ key: "tenant", type: "string", needle: { value: "ODD" } })).toEqual(["odd"]);
    expect(await texts({ key: "tenant", type: "string", timeframe: { from: NOW, to: NOW + 1 } })).toEqual([
      "odd",
    ]);
    expect(await texts({ key: "tenant", type: "string", datasets: ["otel"] })).toEqual([]);
  });

  test("without events that lack the key taking a place", async () => {
    await post(backend, "/v1/logs", encodeLogsJson(logs([newLog({ timeUnixNano: EPOCH + MILLI })])));
    expect(await texts({ key: "tenant", type: "string", limit: 1 })).toEqual(["even"]);
  });
});
