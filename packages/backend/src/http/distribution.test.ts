// The chart type `distribution`, through Cloudflare's own client: which values when, in ranges that a chart can show.

import { encodeTracesJson } from "@enterspan/otlp";
import Cloudflare from "cloudflare";
import { beforeEach, expect, test } from "vitest";
import { post, startedBackend } from "../backend.fixture.ts";
import type { Backend } from "../index.ts";
import { attributesOf, EPOCH, MILLI, newSpan, traces } from "../records.fixture.ts";

type QueryParams = Cloudflare.Workers.Observability.TelemetryQueryParams;

const NOW = Number(EPOCH / MILLI);

let backend: Backend;
let client: Cloudflare;

beforeEach(async () => {
  backend = await startedBackend();
  client = new Cloudflare({ baseURL: `${backend.url}/client/v4`, apiToken: "x", maxRetries: 0 });
});

const span = (ms: number, atMs = 0, fields: Parameters<typeof newSpan>[0] = {}) => {
  const startTimeUnixNano = EPOCH + BigInt(atMs) * MILLI;
  const endTimeUnixNano = startTimeUnixNano + BigInt(Math.round(ms * 1e6));
  return newSpan({ startTimeUnixNano, endTimeUnixNano, ...fields });
};

const stored = (spans: Parameters<typeof traces>[0]) =>
  post(backend, "/v1/traces", encodeTracesJson(traces(spans)));

async function distribution(params: Partial<QueryParams> = {}, key = "$metadata.duration") {
  const answer = await client.workers.observability.telemetry.query({
    account_id: "any",
    queryId: "adhoc",
    view: "calculations",
    chartType: "distribution",
    timeframe: { from: NOW, to: NOW + 1_000 },
    granularity: 4,
    parameters: { calculations: [{ operator: "count" }, { operator: "median", key }] },
    ...params,
  });
  expect(answer.calculations).toBeUndefined();
  return answer.distribution as NonNullable<typeof answer.distribution>;
}

const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);

test("counts each value once, where and when it is", async () => {
  const spans = Array.from({ length: 200 }, (_, at) => span(10 ** (at / 40), at * 5));
  await stored(spans);
  const { bins, bucketBoundaries, bucketMode, buckets, matrix } = await distribution();
  expect(bins.map((bin) => Date.parse(bin) - NOW)).toEqual([0, 250, 500, 750]);
  expect(bucketMode).toBe("log");
  expect([buckets.length, matrix.length, bucketBoundaries.length]).toEqual([20, 20, 21]);
  expect([bucketBoundaries[0], bucketBoundaries[20]]).toEqual([1, expect.closeTo(10 ** (199 / 40), 3)]);
  expect(buckets[0]).toBe("1–1.77ms");
  const expected = matrix.map((_, range) =>
    [0, 1, 2, 3].map(
      (bin) =>
        spans.filter((_, at) => {
          const ms = Math.round(10 ** (at / 40) * 1e6) / 1e6;
          const isAbove = ms >= (bucketBoundaries[range] as number);
          const isBelow = range === 19 || ms < (bucketBoundaries[range + 1] as number);
          return Math.floor((at * 5) / 250) === bin && isAbove && isBelow;
        }).length,
    ),
  );
  expect(matrix).toEqual(expected);
});

test("of equal widths on a linear scale", async () => {
  await stored([0, 25, 50, 99, 100].map((ms) => span(ms)));
  const { bucketBoundaries, bucketMode, buckets, matrix } = await distribution({
    distributionScale: "linear",
  });
  expect(bucketMode).toBe("linear");
  expect(bucketBoundaries).toEqual(Array.from({ length: 21 }, (_, at) => at * 5));
  expect(buckets[19]).toBe("95–100ms");
  expect(matrix.map(([first]) => first).flatMap((count, at) => (count ? [[at, count]] : []))).toEqual([
    [0, 1],
    [5, 1],
    [10, 1],
    [19, 2],
  ]);
});

test("of an attribute, sampled events for as many as they stand for", async () => {
  const withSize = (size: number | string, traceState = "") =>
    span(1, 0, { traceState, attributes: attributesOf({ size }) });
  await stored([withSize(-5), withSize(0), withSize(2, "ot=th:c"), withSize(2000), withSize("big")]);
  const { bucketBoundaries, buckets, matrix } = await distribution({}, "size");
  // What has no logarithm is a range of its own, below the least that has.
  expect(bucketBoundaries.slice(0, 2)).toEqual([-5, 2]);
  expect(buckets[0]).toBe("-5–2");
  expect(matrix.map(sum).filter((count) => count > 0)).toEqual([2, 4, 1]);
});

test.each<[string, number[], number[]]>([
  ["no value", [], []],
  ["one value", [8], [8, 8.08]],
  ["nothing but 0", [0, 0], [0, 1]],
])("of %s", async (_, sizes, bounds) => {
  await stored([span(1), ...sizes.map((size) => span(1, 0, { attributes: attributesOf({ size }) }))]);
  for (const distributionScale of ["log", "linear"] as const) {
    const { bucketBoundaries, matrix } = await distribution({ distributionScale }, "size");
    expect(bucketBoundaries).toEqual(bounds);
    expect(sum(matrix.flat())).toBe(sizes.length);
  }
});

test("of values that a double can barely tell apart", async () => {
  const sizes = [1, 1 + Number.EPSILON, 1 + 2 * Number.EPSILON];
  await stored(
    sizes.map((size) => span(1, 0, { attributes: [{ key: "size", value: { doubleValue: size } }] })),
  );
  const { bucketBoundaries, matrix } = await distribution({}, "size");
  expect(bucketBoundaries).toEqual([...new Set(bucketBoundaries)].sort((a, b) => a - b));
  expect(sum(matrix.flat())).toBe(3);
});

test("of events that filters pass", async () => {
  await stored([span(1, 0, { name: "a" }), span(2, 0, { name: "b" })]);
  const filters = [
    { key: "$metadata.spanName", operation: "eq" as const, type: "string" as const, value: "b" },
  ];
  const calculations = [{ operator: "p99" as const, key: "$metadata.duration" }];
  const { matrix } = await distribution({ parameters: { filters, calculations } });
  expect(sum(matrix.flat())).toBe(1);
});
