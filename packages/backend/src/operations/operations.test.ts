// What operators ask: is it ready, what has it done, what did it say.

import { mkdirSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { encodeLogsJson, encodeTracesJson } from "@enterspan/otlp";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { post, startedBackend, temporaryDirectory } from "../backend.fixture.ts";
import type { ReadyResponse } from "../http/contract.ts";
import { type Backend, type LogLine, startBackend } from "../index.ts";
import { logs, newLog, newSpan, traces } from "../records.fixture.ts";
import type { Store } from "../store/store.ts";
import { parseExposition, sampleOf } from "./exposition.fixture.ts";
import { Counter, exposition, Histogram } from "./metrics.ts";
import { Readiness } from "./readiness.ts";

async function scrape(backend: Backend) {
  const answer = await fetch(`${backend.url}/metrics`);
  expect(answer.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  return parseExposition(await answer.text());
}

test("metrics count what came, by signal: accepted, refused, sent again, in bytes", async () => {
  const backend = await startedBackend();
  const [good, bad] = [newSpan(), newSpan({ spanId: "" })];
  const body = encodeTracesJson(traces([good, newSpan(), bad]));
  await post(backend, "/v1/traces", body);
  await post(backend, "/v1/traces", encodeTracesJson(traces([good])));
  await post(backend, "/v1/logs", encodeLogsJson(logs([newLog(), newLog({ severityNumber: 17 })])));
  await post(backend, "/v1/logs", "{");
  await fetch(`${backend.url}/api/traces`);
  await fetch(`${backend.url}/api/traces/x`);
  const families = await scrape(backend);
  const value = (name: string, labels?: Record<string, string>) => sampleOf(families, name, labels);
  expect(value("enterspan_records_accepted_total", { signal: "traces" })).toBe(3);
  expect(value("enterspan_records_refused_total", { signal: "traces" })).toBe(1);
  expect(value("enterspan_records_duplicate_total", { signal: "traces" })).toBe(1);
  expect(value("enterspan_records_accepted_total", { signal: "logs" })).toBe(2);
  expect(value("enterspan_records_duplicate_total", { signal: "logs" })).toBe(0);
  expect(value("enterspan_requests_refused_total", { signal: "logs", status: "400" })).toBe(1);
  expect(value("enterspan_received_bytes_total", { signal: "traces" })).toBeGreaterThan(body.length);
  expect(value("enterspan_commit_seconds_count")).toBe(3);
  expect(value("enterspan_query_seconds_count", { query: "listTraces" })).toBe(1);
  expect(value("enterspan_http_responses_total", { family: "api", status: "200" })).toBe(1);
  expect(value("enterspan_http_responses_total", { family: "api", status: "400" })).toBe(1);
  expect(value("enterspan_store_bytes", { file: "database" })).toBeGreaterThan(10_000);
  expect(value("enterspan_queue_records")).toBe(0);
  for (const name of [
    "process_resident_memory_bytes",
    "process_cpu_seconds_total",
    "enterspan_disk_free_bytes",
  ]) {
    expect([name, value(name) > 0]).toEqual([name, true]);
  }
});

test("whatever is observed, the format is Prometheus'", () => {
  const label = fc.record({ a: fc.string({ unit: "binary" }) });
  const observations = fc.array(fc.tuple(label, fc.double({ min: 0, max: 100, noNaN: true })));
  fc.assert(
    fc.property(observations, (all) => {
      const counter = new Counter("Help.");
      const histogram = new Histogram("Help.");
      for (const [labels, seconds] of all) {
        counter.add(1, labels);
        histogram.observe(seconds, labels);
      }
      const families = parseExposition(exposition({ counter_total: counter, histogram_seconds: histogram }));
      let count = 0;
      for (const { value } of families.get("counter_total")?.samples ?? []) count += value;
      expect(count).toBe(all.length);
    }),
  );
});

test("a server is ready while its directory takes files, and says what is wrong when not", async () => {
  const dataDir = temporaryDirectory();
  const backend = await startedBackend({ dataDir });
  const ask = async () => {
    const answer = await fetch(`${backend.url}/readyz`);
    return { status: answer.status, body: (await answer.json()) as ReadyResponse };
  };
  expect(await ask()).toEqual({
    status: 200,
    body: { status: "ready", checks: { serving: "ok", store: "ok", directory: "ok", disk: "ok" } },
  });
  // Nothing can be written where a directory is, whoever we are.
  mkdirSync(join(dataDir, "ready.probe"));
  onTestFinished(() => rmdirSync(join(dataDir, "ready.probe")));
  await expect.poll(async () => (await ask()).status).toBe(503);
  expect((await ask()).body.checks.directory).toContain("EISDIR");
});

test("a server that is closing is not ready, nor is one whose store is away", async () => {
  const store = { measure: async () => ({ rows: 0, bytes: 0 }) } as unknown as Store;
  const closing = new Readiness(store, temporaryDirectory());
  expect((await closing.report()).ready).toBe(true);
  closing.close();
  expect(await closing.report()).toMatchObject({
    ready: false,
    checks: { serving: expect.stringMatching(/closing/) },
  });
  const away = { measure: () => Promise.reject(new Error("away")) } as unknown as Store;
  const report = await new Readiness(away, temporaryDirectory()).report();
  expect(report).toMatchObject({ ready: false, checks: { store: "away" } });
});

test("each request is a line at level debug, without its query, and none at the level that is usual", async () => {
  const lines: LogLine[] = [];
  const onLog = (line: LogLine) => lines.push(line);
  const quiet = await startBackend({ dataDir: temporaryDirectory(), port: 0, onLog });
  await fetch(`${quiet.url}/api/traces?limit=1`);
  await quiet.close();
  expect(lines).toEqual([]);
  const loud = await startBackend({ dataDir: temporaryDirectory(), port: 0, onLog, logLevel: "debug" });
  await fetch(`${loud.url}/api/traces?limit=1&secret=s3cr3t`);
  await loud.close();
  expect(lines).toEqual([
    {
      level: "debug",
      message: "GET /api/traces 200",
      fields: { method: "GET", path: "/api/traces", status: 200, ms: expect.any(Number) },
    },
  ]);
});

test("closing answers what has begun, ends streams, and does not wait for a client that never ends", async () => {
  const dataDir = temporaryDirectory();
  const backend = await startBackend({ dataDir, port: 0 });
  const live = await fetch(`${backend.url}/api/live`);
  const body = encodeTracesJson(traces([newSpan(), newSpan()]));
  let finish = () => {};
  const slow = new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(body.slice(0, 100)));
      finish = () => {
        controller.enqueue(new TextEncoder().encode(body.slice(100)));
        controller.close();
      };
    },
  });
  const sent = fetch(`${backend.url}/v1/traces`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: slow,
    duplex: "half",
  } as RequestInit);
  await expect
    .poll(async () =>
      sampleOf(await scrape(backend), "enterspan_http_responses_total", { family: "other", status: "200" }),
    )
    .toBeGreaterThan(0);
  const closed = backend.close();
  finish();
  expect((await sent).status).toBe(200);
  await closed;
  expect(await live.text()).toContain("connected");
  const again = await startedBackend({ dataDir });
  expect(
    ((await (await fetch(`${again.url}/api/traces`)).json()) as { traces: unknown[] }).traces,
  ).toHaveLength(2);
});
