// Invocations that go on are seen with what they have so far, become what is stored when they end, and are closed when
// nothing more is heard of them.

import { encodeTracesJson, type Span } from "@enterspan/otlp";
import { expect, onTestFinished, test } from "vitest";
import { post, startedBackend, temporaryDirectory } from "../backend.fixture.ts";
import type { TraceListResponse, TraceResponse } from "../http/contract.ts";
import type { Backend } from "../index.ts";
import { attributesOf, EPOCH, MILLI, newSpan, newSpanId, newTraceId, traces } from "../records.fixture.ts";
import { samplingSettings } from "../sampling/policy.ts";
import { InFlight } from "./in-flight.ts";

const MINUTE_MS = 60_000;

/** A root and an open child, and a child that has ended. */
function invocation(fields: Partial<Span> = {}) {
  const traceId = newTraceId();
  const root = newSpan({
    traceId,
    name: "GET",
    attributes: attributesOf({ "http.request.method": "GET", "url.path": "/slow" }),
    ...fields,
    endTimeUnixNano: 0n,
  });
  const below = { traceId, parentSpanId: root.spanId };
  const open = newSpan({ ...below, name: "open", startTimeUnixNano: EPOCH + MILLI, endTimeUnixNano: 0n });
  const done = newSpan({ ...below, name: "done", startTimeUnixNano: EPOCH + 2n * MILLI });
  return { traceId: root.traceId, spans: [root, open, done] };
}

const ended = (spans: Span[]) =>
  spans.map((span) => ({ ...span, endTimeUnixNano: span.endTimeUnixNano || EPOCH + 1_000n * MILLI }));

const report = (backend: Backend, spans: Span[], service?: string) =>
  post(backend, "/api/in-flight", encodeTracesJson(traces(spans, service)));
const send = (backend: Backend, spans: Span[]) =>
  post(backend, "/v1/traces", encodeTracesJson(traces(spans)));

async function listed(backend: Backend, query = ""): Promise<TraceListResponse["traces"]> {
  return ((await (await fetch(`${backend.url}/api/traces${query}`)).json()) as TraceListResponse).traces;
}

async function shown(backend: Backend, traceId: string): Promise<[name: string, isOpen: boolean][]> {
  const trace = (await (await fetch(`${backend.url}/api/traces/${traceId}`)).json()) as TraceResponse;
  return trace.spans.map(({ name, endTimeUnixNano }) => [name, endTimeUnixNano === "0"]);
}

test("what goes on is listed and shown, until its spans have come", async () => {
  const backend = await startedBackend();
  const { traceId, spans } = invocation();
  expect((await report(backend, spans.slice(0, 2))).status).toBe(204);
  expect((await report(backend, spans)).status).toBe(204);
  expect(await listed(backend)).toMatchObject([
    { traceId, rootName: "GET /slow", service: "shop", spanCount: 3, isInFlight: true },
  ]);
  expect(await shown(backend, traceId)).toEqual([
    ["GET", true],
    ["open", true],
    ["done", false],
  ]);
  expect(await listed(backend, "?service=other")).toEqual([]);
  expect(await listed(backend, `?before=${EPOCH}`)).toEqual([]);
  await send(backend, ended(spans));
  const [row] = await listed(backend);
  expect(row).toMatchObject({ traceId, rootName: "GET /slow", spanCount: 3 });
  expect(row).not.toHaveProperty("isInFlight");
  expect((await shown(backend, traceId)).every(([, isOpen]) => !isOpen)).toBe(true);
});

test.each([
  ["service:shop", true],
  ["service:other", false],
  ["name:open", true],
  ["name:op*", true],
  ["name:done duration<1s", true],
  ["name:open duration<1s", false],
  ["name:open duration>1h", true],
  ["-name:open", true],
  ["-service:shop", false],
  ["status:unset", true],
  ["status:error", false],
  ["http.request.method:GET", true],
  ["http.request.method:(POST, GET)", true],
  ["-http.request.method:*", true],
  ["size>=3", true],
  ["size:3", true],
  ["size<3", false],
  ["OPE", true],
  ['"not there"', false],
  // Patterns are the store's alone.
  ["name:/op.n/", false],
])("what goes on is found by %s: %s", async (search, isFound) => {
  const backend = await startedBackend();
  const { spans } = invocation({ attributes: attributesOf({ "http.request.method": "GET", size: 3 }) });
  await report(backend, spans);
  const found = await listed(backend, `?search=${encodeURIComponent(search)}`);
  expect(found.map(({ isInFlight }) => isInFlight)).toEqual(isFound ? [true] : []);
  // Once it is there the store finds the same, but for patterns, and for how long a span lasts that lasted until now.
  if (search.startsWith("name:/") || search.includes("duration")) return;
  await send(backend, ended(spans));
  expect(await listed(backend, `?search=${encodeURIComponent(search)}`)).toHaveLength(isFound ? 1 : 0);
});

test("a part of a trace that has ended stands beside what goes on", async () => {
  const backend = await startedBackend();
  const { traceId, spans } = invocation();
  await report(backend, spans);
  const [root, open] = spans as [Span, Span];
  const part = newSpan({
    traceId,
    parentSpanId: open.spanId,
    name: "rpc",
    flags: 0x300,
    startTimeUnixNano: EPOCH + 3n * MILLI,
  });
  await post(backend, "/v1/traces", encodeTracesJson(traces([part], "callee")));
  expect(await listed(backend)).toMatchObject([
    { rootSpanId: root.spanId, services: ["shop", "callee"], spanCount: 4, isInFlight: true },
  ]);
  expect((await shown(backend, traceId)).map(([name]) => name)).toEqual(["GET", "open", "done", "rpc"]);
});

test("a report that comes behind the spans that it is about changes nothing", async () => {
  const backend = await startedBackend();
  const { traceId, spans } = invocation();
  await send(backend, ended(spans));
  await report(backend, [...spans, newSpan({ ...spans[1], spanId: newSpanId() })]);
  expect(await listed(backend)).toMatchObject([{ traceId, spanCount: 3 }]);
  expect((await listed(backend))[0]).not.toHaveProperty("isInFlight");
  expect(await shown(backend, traceId)).toHaveLength(3);
});

test("pages hear of it at once", async () => {
  const backend = await startedBackend();
  const live = await fetch(`${backend.url}/api/live`);
  const reader = (live.body as ReadableStream<Uint8Array>).getReader();
  onTestFinished(() => reader.cancel());
  const { traceId, spans } = invocation();
  await report(backend, spans);
  let heard = "";
  while (!heard.includes("changed")) heard += Buffer.from((await reader.read()).value ?? []).toString();
  expect(heard).toContain(traceId);
});

test("what is not heard of for a quarter of an hour is stored, its outcome unknown", async () => {
  const backend = await startedBackend();
  const stored: number[] = [];
  const inFlight = new InFlight({
    dataDir: temporaryDirectory(),
    store: async (body) => void stored.push((await post(backend, "/v1/traces", body)).status),
    changed: () => {},
    onFault: (error) => expect.unreachable(String(error)),
  });
  const { traceId, spans } = invocation();
  const heardMs = Number(EPOCH / MILLI) + 5_000;
  inFlight.report(Buffer.from(encodeTracesJson(traces(spans))), heardMs);
  await inFlight.sweep(heardMs + 14 * MINUTE_MS);
  expect(stored).toEqual([]);
  await inFlight.sweep(heardMs + 15 * MINUTE_MS);
  expect(stored).toEqual([200]);
  expect(inFlight.isEmpty).toBe(true);
  const trace = (await (await fetch(`${backend.url}/api/traces/${traceId}`)).json()) as TraceResponse;
  const [root, open, done] = trace.spans;
  expect(root).toMatchObject({ endTimeUnixNano: String(BigInt(heardMs) * MILLI) });
  expect(root?.attributes).toContainEqual({
    key: "cloudflare.outcome",
    value: { stringValue: "unknown" },
  });
  expect(open?.attributes).toContainEqual({ key: "enterspan.unfinished", value: { boolValue: true } });
  expect(done).toMatchObject({ endTimeUnixNano: String(EPOCH + 3n * MILLI), attributes: [] });
  await inFlight.close();
});

test("what could not be stored stays", async () => {
  const faults: unknown[] = [];
  const inFlight = new InFlight({
    dataDir: temporaryDirectory(),
    store: () => Promise.reject(new Error("full")),
    changed: () => {},
    onFault: (error) => void faults.push(error),
  });
  const { traceId, spans } = invocation();
  inFlight.report(Buffer.from(encodeTracesJson(traces(spans))), 0);
  await inFlight.sweep();
  expect(faults).toHaveLength(1);
  expect(inFlight.of(traceId)).toHaveLength(1);
  await inFlight.close();
});

test("the next server on the directory knows of it", async () => {
  const dataDir = temporaryDirectory();
  const first = await startedBackend({ dataDir });
  const { traceId, spans } = invocation();
  await report(first, spans);
  await first.close();
  const second = await startedBackend({ dataDir });
  expect(await shown(second, traceId)).toHaveLength(3);
  await send(second, ended(spans));
  await second.close();
  const third = await startedBackend({ dataDir });
  expect(await listed(third)).toMatchObject([{ traceId, spanCount: 3 }]);
  expect((await listed(third))[0]).not.toHaveProperty("isInFlight");
});

test("what is no report is refused, and says why", async () => {
  const backend = await startedBackend();
  const answers = [
    await post(backend, "/api/in-flight", "{"),
    await post(backend, "/api/in-flight", "{}"),
    await report(backend, [newSpan(), newSpan()]),
  ];
  expect(answers.map(({ status }) => status)).toEqual([400, 400, 400]);
  const messages = await Promise.all(
    answers.map(async (answer) => ((await answer.json()) as { error: { message: string } }).error.message),
  );
  expect(messages[1]).toBe("The report has no span.");
  expect(messages[2]).toBe("A report is of one trace, and each span has an id.");
  expect(await listed(backend)).toEqual([]);
});

test("what has ended goes on no more, also where it is not kept here, or not decided yet", async () => {
  const only = await startedBackend({ routes: { shop: { traces: { persist: false } } } });
  const sampled = await startedBackend({
    sampling: samplingSettings.parse({ keepShare: 0, waitSeconds: 600 }),
  });
  for (const backend of [only, sampled]) {
    const { traceId, spans } = invocation();
    await report(backend, spans);
    expect(await listed(backend)).toMatchObject([{ traceId }]);
    await send(backend, ended(spans));
    expect(await listed(backend)).toEqual([]);
  }
});
