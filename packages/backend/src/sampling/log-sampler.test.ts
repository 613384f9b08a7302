// Tail sampling of logs: they go with their trace, whichever comes first, and what has no trace stays.

import {
  encodeLogsJson,
  encodeLogsProtobuf,
  encodeTracesJson,
  type LogRecord,
  type Span,
} from "@enterspan/otlp";
import Cloudflare from "cloudflare";
import { expect, test } from "vitest";
import { post, startedBackend, temporaryDirectory } from "../backend.fixture.ts";
import { newDestination, Receiver } from "../forward/receiver.fixture.ts";
import type { Backend } from "../index.ts";
import { parseExposition, sampleOf } from "../operations/exposition.fixture.ts";
import { attributesOf, logs, newLog, newSpan, newTraceId, traces } from "../records.fixture.ts";
import { samplingSettings } from "./policy.ts";

const rules = (more: object = {}) => samplingSettings.parse({ keepShare: 0, waitSeconds: 1, ...more });

const failed = { code: 2, message: "no" };

async function send(backend: Backend, spans: Span[]): Promise<void> {
  expect((await post(backend, "/v1/traces", encodeTracesJson(traces(spans)))).status).toBe(200);
}

/** Each says its own name. */
const named = (name: string, traceId = "", fields: Partial<LogRecord> = {}) =>
  newLog({ traceId, body: { stringValue: name }, ...fields });

const said = async (backend: Backend, records: LogRecord[]): Promise<void> => {
  expect((await post(backend, "/v1/logs", encodeLogsJson(logs(records)))).status).toBe(200);
};

async function stored(backend: Backend) {
  const client = new Cloudflare({ baseURL: `${backend.url}/client/v4`, apiToken: "x" });
  const { events } = await client.workers.observability.telemetry.query({
    account_id: "any",
    queryId: "logs",
    view: "events",
    timeframe: { from: 0, to: Date.now() },
    parameters: {
      filters: [{ key: "$metadata.type", operation: "eq", type: "string", value: "cf-worker-log" }],
    },
  });
  return events?.events ?? [];
}

const names = async (backend: Backend) =>
  (await stored(backend)).map(({ $metadata }) => $metadata.message).sort();

/** A log of no trace that is seen, sent last: when it is there, all logs before it are decided. */
async function settled(backend: Backend): Promise<void> {
  const traceId = newTraceId();
  const isThere = new Promise<void>((resolve) => {
    const stop = backend.onCommitted((change) => {
      if (!change.traceIds.includes(traceId)) return;
      stop();
      resolve();
    });
  });
  await said(backend, [named("last", traceId)]);
  await isThere;
}

test("logs go with their trace, those without one are there at once", async () => {
  const backend = await startedBackend({ sampling: rules({ waitSeconds: 2 }) });
  const [kept, dropped] = [newTraceId(), newTraceId()];
  await send(backend, [newSpan({ traceId: kept, status: failed }), newSpan({ traceId: dropped })]);
  await said(backend, [
    named("of kept", kept),
    named("of dropped", dropped),
    named("of none"),
    named("of zeros", "0".repeat(32)),
  ]);
  expect(await names(backend)).toEqual(["of none", "of zeros"]);
  const protobuf = encodeLogsProtobuf(logs([named("kept, protobuf", kept), named("dropped too", dropped)]));
  await post(backend, "/v1/logs", protobuf, { "content-type": "application/x-protobuf" });
  await settled(backend);
  expect(await names(backend)).toEqual(["kept, protobuf", "last", "of kept", "of none", "of zeros"]);
  const families = parseExposition(await (await fetch(`${backend.url}/metrics`)).text());
  const decided = (signal: string, decision: string) =>
    sampleOf(families, "enterspan_sampled_records_total", { signal, decision });
  expect([decided("traces", "kept"), decided("traces", "dropped")]).toEqual([1, 1]);
  expect(decided("logs", "dropped")).toBe(2);
  // What was sent last is there before it is counted.
  expect(decided("logs", "kept")).toBeGreaterThanOrEqual(2);
});

test("logs that come before the spans of their trace wait for its decision", async () => {
  const backend = await startedBackend({ sampling: rules({ waitSeconds: 3 }) });
  const [kept, dropped] = [newTraceId(), newTraceId()];
  await said(backend, [named("early of kept", kept), named("early of dropped", dropped)]);
  await send(backend, [newSpan({ traceId: kept }), newSpan({ traceId: dropped })]);
  await send(backend, [newSpan({ traceId: kept, status: failed })]);
  await settled(backend);
  expect(await names(backend)).toEqual(["early of kept", "last"]);
});

test("what is kept says at which rate, and counts for as many", async () => {
  const backend = await startedBackend({ sampling: rules({ keepShare: 0.5 }) });
  const lucky = `${newTraceId().slice(0, 18)}ffffffffffffff`;
  const failing = newTraceId();
  await send(backend, [newSpan({ traceId: lucky }), newSpan({ traceId: failing, status: failed })]);
  await said(backend, [
    named("one of two", lucky),
    named("one of four", lucky, { attributes: attributesOf({ "sampling.threshold": "c" }) }),
    named("every one", failing),
  ]);
  await settled(backend);
  const rates = (await stored(backend)).map(({ $metadata, source }) => [
    $metadata.message,
    (source as Record<string, unknown>)["sampling.threshold"],
  ]);
  expect(Object.fromEntries(rates)).toEqual({
    "one of two": "8",
    "one of four": "c",
    "every one": undefined,
    last: undefined,
  });
});

test("late logs follow the decision, and what waits at a stop is decided after the next start", async () => {
  const dataDir = temporaryDirectory();
  const [kept, dropped] = [newTraceId(), newTraceId()];
  const first = await startedBackend({ dataDir, sampling: rules() });
  await send(first, [newSpan({ traceId: kept, status: failed }), newSpan({ traceId: dropped })]);
  await settled(first);
  await said(first, [named("late of kept", kept), named("late of dropped", dropped)]);
  await settled(first);
  expect(await names(first)).toEqual(["last", "last", "late of kept"]);
  await first.close();
  const second = await startedBackend({ dataDir, sampling: rules({ waitSeconds: 600 }) });
  await said(second, [named("waits of kept", kept), named("waits of dropped", dropped), named("none")]);
  await second.close();
  const third = await startedBackend({ dataDir, sampling: rules() });
  await settled(third);
  expect(await names(third)).toEqual(["last", "last", "last", "late of kept", "none", "waits of kept"]);
});

test("destinations get what is kept, each once", async () => {
  const receiver = await Receiver.start();
  const backend = await startedBackend({
    sampling: rules(),
    destinations: [newDestination("far", { endpoint: receiver.url, services: ["shop"] })],
  });
  const [kept, dropped] = [newTraceId(), newTraceId()];
  await send(backend, [newSpan({ traceId: kept, status: failed }), newSpan({ traceId: dropped })]);
  await said(backend, [named("kept", kept), named("dropped", dropped), named("none")]);
  await settled(backend);
  await receiver.until(() => receiver.logTexts.includes("last"));
  expect(receiver.logTexts.sort()).toEqual(["kept", "last", "none"]);
});

test("logs of dropped traces are kept where that is asked for", async () => {
  const backend = await startedBackend({ sampling: rules({ keepLogs: true }) });
  const dropped = newTraceId();
  await send(backend, [newSpan({ traceId: dropped })]);
  await said(backend, [named("of dropped", dropped)]);
  expect(await names(backend)).toEqual(["of dropped"]);
});
