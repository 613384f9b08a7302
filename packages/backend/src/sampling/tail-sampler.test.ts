// Tail sampling of a started backend: which traces are kept, at which rate, and that nothing is lost that is to be kept.

import type { KeyValue, Span } from "@enterspan/otlp";
import { encodeTracesJson, encodeTracesProtobuf } from "@enterspan/otlp";
import Cloudflare from "cloudflare";
import { expect, test, vi } from "vitest";
import { post, startedBackend, temporaryDirectory } from "../backend.fixture.ts";
import { newDestination, Receiver } from "../forward/receiver.fixture.ts";
import type { TraceResponse } from "../http/contract.ts";
import type { Backend, LogLine } from "../index.ts";
import { attributesOf, EPOCH, MILLI, newSpan, newTraceId, traces } from "../records.fixture.ts";
import { samplingSettings } from "./policy.ts";

/** None by chance; soon, and yet with time for two requests on a busy machine. */
const rules = (more: object = {}) => samplingSettings.parse({ keepShare: 0, waitSeconds: 1, ...more });

async function send(backend: Backend, spans: Span[], service?: string): Promise<void> {
  expect((await post(backend, "/v1/traces", encodeTracesJson(traces(spans, service)))).status).toBe(200);
}

const stored = async (backend: Backend, traceId: string): Promise<TraceResponse["spans"]> => {
  const answer = await fetch(`${backend.url}/api/traces/${traceId}`);
  return answer.status === 404 ? [] : ((await answer.json()) as TraceResponse).spans;
};

/** Resolves when something of each trace is stored. Call before it can be. */
function committed(backend: Backend, traceIds: readonly string[]): Promise<void> {
  const missing = new Set(traceIds);
  return new Promise((resolve) => {
    const stop = backend.onCommitted((change) => {
      for (const traceId of change.traceIds) missing.delete(traceId);
      if (missing.size > 0) return;
      stop();
      resolve();
    });
  });
}

/** A trace that is kept, sent last: when it is there, all before it is decided. */
async function settled(backend: Backend): Promise<void> {
  const traceId = newTraceId();
  const isThere = committed(backend, [traceId]);
  await send(backend, [newSpan({ traceId, status: failed })]);
  await isThere;
}

const failed = { code: 2, message: "no" };

/** Of a trace that a share below one half does not keep, or does. */
const unlucky = () => `${newTraceId().slice(0, 18)}00000000000000`;
const lucky = () => `${newTraceId().slice(0, 18)}ffffffffffffff`;

test("errors, slow ones, attributes and a share are kept, whole, with their rate", async () => {
  const backend = await startedBackend({
    sampling: rules({
      keepShare: 0.5,
      keepSlowerThanMs: 100,
      keepAttributes: [{ key: "tenant", value: "acme" }, { key: "debug" }, { key: "tier", value: "7" }],
    }),
  });
  const value = (key: string, given: string | number | boolean): KeyValue[] => attributesOf({ [key]: given });
  const cases: Array<[what: string, traceId: string, spans: Partial<Span>[], expected: string | undefined]> =
    [
      ["dropped", unlucky(), [{}, {}], undefined],
      ["by the share", lucky(), [{}, {}], "ot=th:8"],
      ["error", unlucky(), [{}, { status: failed }], "ot=th:0"],
      ["slow as a whole", unlucky(), [{}, { startTimeUnixNano: EPOCH + 150n * MILLI }], "ot=th:0"],
      ["not slow", unlucky(), [{}, { startTimeUnixNano: EPOCH + 50n * MILLI }], undefined],
      ["value", unlucky(), [{}, { attributes: value("tenant", "acme") }], "ot=th:0"],
      ["other value", unlucky(), [{}, { attributes: value("tenant", "other") }], undefined],
      ["any value", unlucky(), [{ attributes: value("debug", false) }, {}], "ot=th:0"],
      ["number", unlucky(), [{ attributes: value("tier", 7) }, {}], "ot=th:0"],
      ["sampled before", lucky(), [{ traceState: "a=b,ot=th:c" }, {}], "ot=th:c,a=b"],
    ];
  // The spans of each come in two requests, and mixed with those of the others.
  for (const part of [0, 1]) {
    const spans = cases.map(([what, traceId, fields]) => newSpan({ traceId, name: what, ...fields[part] }));
    const body = encodeTracesProtobuf(traces(spans));
    await post(backend, "/v1/traces", body, { "content-type": "application/x-protobuf" });
  }
  await settled(backend);
  for (const [what, traceId, , expected] of cases) {
    const spans = await stored(backend, traceId);
    expect([what, spans.length, spans[0]?.traceState]).toEqual([
      what,
      expected === undefined ? 0 : 2,
      expected,
    ]);
  }
});

test("counts of what is kept are made whole by the telemetry API", async () => {
  const backend = await startedBackend({ sampling: rules({ keepShare: 0.5 }) });
  await send(
    backend,
    [...Array.from({ length: 10 }, lucky), unlucky()].map((traceId) => newSpan({ traceId })),
  );
  // One more, which is kept for its error.
  await settled(backend);
  const client = new Cloudflare({ baseURL: `${backend.url}/client/v4`, apiToken: "x", maxRetries: 0 });
  const { calculations } = await client.workers.observability.telemetry.query({
    account_id: "any",
    queryId: "all",
    view: "calculations",
    timeframe: { from: Number(EPOCH / MILLI) - 1000, to: Number(EPOCH / MILLI) + 1000 },
    parameters: { calculations: [{ operator: "count" }] },
  });
  expect(calculations?.[0]?.aggregates).toMatchObject([{ value: 21 }]);
});

test("a resource's attribute keeps, and a refused span is refused at once", async () => {
  const backend = await startedBackend({
    sampling: rules({ keepAttributes: [{ key: "service.name", value: "bank" }] }),
  });
  const [kept, dropped] = [newTraceId(), newTraceId()];
  await send(backend, [newSpan({ traceId: kept })], "bank");
  const mixed = encodeTracesJson(traces([newSpan({ traceId: dropped }), newSpan({ traceId: "" })]));
  expect(await (await post(backend, "/v1/traces", mixed)).json()).toMatchObject({
    partialSuccess: { rejectedSpans: "1" },
  });
  await settled(backend);
  expect(await stored(backend, kept)).toHaveLength(1);
  expect(await stored(backend, dropped)).toEqual([]);
});

test("late spans follow the decision, also after a restart", async () => {
  const dataDir = temporaryDirectory();
  const [kept, dropped] = [newTraceId(), newTraceId()];
  const first = await startedBackend({ dataDir, sampling: rules() });
  await send(first, [newSpan({ traceId: kept, status: failed }), newSpan({ traceId: dropped })]);
  await settled(first);
  await send(first, [newSpan({ traceId: kept }), newSpan({ traceId: dropped, status: failed })]);
  await settled(first);
  expect(await stored(first, kept)).toHaveLength(2);
  await first.close();
  const second = await startedBackend({ dataDir, sampling: rules() });
  await send(second, [newSpan({ traceId: kept }), newSpan({ traceId: dropped, status: failed })]);
  await settled(second);
  expect((await stored(second, kept)).map(({ traceState }) => traceState)).toEqual([
    "ot=th:0",
    "ot=th:0",
    "ot=th:0",
  ]);
  expect(await stored(second, dropped)).toEqual([]);
});

test("what waits at a stop is decided after the next start, with what comes then", async () => {
  const dataDir = temporaryDirectory();
  const [kept, failedBefore, dropped] = [newTraceId(), newTraceId(), newTraceId()];
  const first = await startedBackend({ dataDir, sampling: rules({ waitSeconds: 600 }) });
  await send(
    first,
    [kept, failedBefore, dropped].map((traceId) => newSpan({ traceId })),
  );
  await send(first, [newSpan({ traceId: failedBefore, status: failed })]);
  expect(await stored(first, kept)).toEqual([]);
  await first.close();
  // It begins to wait before it listens.
  const second = await startedBackend({ dataDir, sampling: rules({ waitSeconds: 4 }) });
  await send(second, [newSpan({ traceId: kept, status: failed })]);
  await settled(second);
  expect(await stored(second, kept)).toHaveLength(2);
  expect(await stored(second, failedBefore)).toHaveLength(2);
  expect(await stored(second, dropped)).toEqual([]);
});

test("what waits goes on where sampling is turned off", async () => {
  const dataDir = temporaryDirectory();
  const traceId = newTraceId();
  const first = await startedBackend({ dataDir, sampling: rules({ waitSeconds: 600 }) });
  await send(first, [newSpan({ traceId })]);
  await first.close();
  const second = await startedBackend({ dataDir });
  // It may have been there before anybody could listen.
  await expect.poll(() => stored(second, traceId)).toHaveLength(1);
});

test("only what is kept goes on to destinations, with its rate, and persist: false holds", async () => {
  const receiver = await Receiver.start();
  const backend = await startedBackend({
    sampling: rules(),
    destinations: [newDestination("far", { endpoint: receiver.url, services: ["shop"] })],
    routes: { shop: { traces: { persist: false } } },
  });
  const traceId = newTraceId();
  await send(backend, [
    newSpan({ traceId, name: "kept" }),
    newSpan({ name: "dropped" }),
    newSpan({ traceId, name: "kept", status: failed }),
  ]);
  await receiver.until(() => receiver.spanNames.length === 2);
  expect(receiver.spanNames).toEqual(["kept", "kept"]);
  const states = receiver.taken[0]?.traces.resourceSpans[0]?.scopeSpans[0]?.spans.map(
    (span) => span.traceState,
  );
  expect(states).toEqual(["ot=th:0", "ot=th:0"]);
  expect(await stored(backend, traceId)).toEqual([]);
});

test("with more traces than may wait the oldest are decided early, and nothing that a rule keeps is lost", async () => {
  const lines: LogLine[] = [];
  const backend = await startedBackend({
    sampling: rules({ waitSeconds: 600, maxTraces: 50 }),
    onLog: (line) => lines.push(line),
  });
  const kept = Array.from({ length: 200 }, newTraceId);
  const areThere = committed(backend, kept.slice(0, 100));
  for (const traceId of kept) {
    const spans = [newSpan({ traceId, status: failed }), newSpan()];
    // Senders come back when they are told to.
    await vi.waitFor(() => send(backend, spans), 30_000);
  }
  await areThere;
  expect(lines).toHaveLength(1);
  expect(lines[0]?.message).toContain("More than 50 traces wait");
});
