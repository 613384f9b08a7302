// The list of traces and its heatmap over HTTP: which traces, in which order, and what is refused.

import { encodeTracesJson } from "@enterspan/otlp";
import { expect, test } from "vitest";
import { post, startedBackend } from "../backend.fixture.ts";
import type { Backend } from "../index.ts";
import { EPOCH, MILLI, newSpan, traces } from "../records.fixture.ts";
import type { TraceHeatmapResponse, TraceListResponse } from "./contract.ts";

const FROM = Number(EPOCH / MILLI);
const PERIOD = { from: String(FROM), to: String(FROM + 1_000) };

async function filled(): Promise<Backend> {
  const backend = await startedBackend();
  for (const [name, tookMs, code] of [
    ["quick", 2n, 0],
    ["slow", 400n, 0],
    ["failed", 40n, 2],
  ] as const) {
    const span = newSpan({
      name,
      endTimeUnixNano: EPOCH + tookMs * MILLI,
      status: { code, message: "" },
    });
    await post(backend, "/v1/traces", encodeTracesJson(traces([span], name)));
  }
  return backend;
}

const ask = async <Body>({ url }: Backend, path: string, parameters: Record<string, string>) =>
  (await (await fetch(`${url}${path}?${new URLSearchParams(parameters)}`)).json()) as Body;

test("the list knows errors, durations and an order by figures", async () => {
  const backend = await filled();
  const names = async (parameters: Record<string, string>) =>
    (await ask<TraceListResponse>(backend, "/api/traces", parameters)).traces.map((row) => row.rootName);
  expect(await names({ errors: "1" })).toEqual(["failed"]);
  expect((await names({ took: "2000000-40000001" })).sort()).toEqual(["failed", "quick"]);
  expect(await names({ sort: "duration" })).toEqual(["slow", "failed", "quick"]);
  expect(await names({ sort: "duration", ...PERIOD, search: "name:quick or name:failed" })).toEqual([
    "failed",
    "quick",
  ]);
  expect(await names({ sort: "duration", from: "0", to: "1" })).toEqual([]);
});

test("the heatmap counts all that a search finds", async () => {
  const backend = await filled();
  const heatmap = (parameters: Record<string, string>) =>
    ask<TraceHeatmapResponse>(backend, "/api/traces/heatmap", { ...PERIOD, buckets: "10", ...parameters });
  expect(await heatmap({ search: "name:failed" })).toEqual({
    bucketMs: 100,
    levelsPerDecade: 8,
    // 40 ms is 10^7.6 ns.
    cells: [{ startMs: FROM, level: 60, count: 1, errors: 1 }],
  });
  expect((await heatmap({ service: "slow" })).cells.map(({ count }) => count)).toEqual([1]);
  expect((await heatmap({})).cells).toHaveLength(3);
  expect((await heatmap({ from: "0", to: "1" })).cells).toEqual([]);
});

test.each([
  ["/api/traces", { errors: "yes" }, "errors: "],
  ["/api/traces", { took: "1ms-5ms" }, "took: must be two durations"],
  ["/api/traces", { sort: "name" }, "sort: "],
  ["/api/traces", { sort: "spans", before: "5" }, "before: "],
  ["/api/traces", { from: "5" }, "from: goes with sort"],
  ["/api/traces/heatmap", {}, "from: "],
  ["/api/traces/heatmap", { from: "5", to: "5" }, "from: must be earlier than to"],
] as const)("%s refuses %o", async (path, parameters, message) => {
  const { error } = await ask<{ error: { code: string; message: string } }>(
    await startedBackend(),
    path,
    parameters,
  );
  expect(error.code).toBe("invalid_parameter");
  expect(error.message).toContain(message);
});
