// Our own routes as the explorer uses them: pages of traces, one trace, services, live changes, and their errors.

import { encodeTracesJson, type Span } from "@enterspan/otlp";
import { expect, onTestFinished, test, vi } from "vitest";
import { post, startedBackend } from "../backend.fixture.ts";
import { EPOCH, MILLI, newSpan, newTraceId, traces } from "../records.fixture.ts";
import type { ApiError, LiveChange, ServicesResponse, TraceListResponse } from "./contract.ts";
import { Live } from "./live.ts";

test("the trace list goes page by page and by service", async () => {
  const backend = await startedBackend();
  const spans = [0n, 1n, 2n].map((at) => newSpan({ startTimeUnixNano: EPOCH + at * MILLI, name: `t${at}` }));
  await post(backend, "/v1/traces", encodeTracesJson(traces(spans, "one")));
  await post(backend, "/v1/traces", encodeTracesJson(traces([newSpan({ name: "other" })], "two")));
  const list = async (query: string) => {
    const { traces } = (await (await fetch(`${backend.url}/api/traces${query}`)).json()) as TraceListResponse;
    return traces.map(({ rootName }) => rootName);
  };
  expect(await list("?service=one&limit=2")).toEqual(["t2", "t1"]);
  expect(await list(`?service=one&before=${EPOCH + MILLI}`)).toEqual(["t0"]);
  const [first, second] = spans
    .map((span) => ({ ...span, startTimeUnixNano: EPOCH - MILLI, traceId: newTraceId() }))
    .sort((a, b) => (a.traceId < b.traceId ? -1 : 1)) as [Span, Span, Span];
  await post(backend, "/v1/traces", encodeTracesJson(traces([first, second], "tied")));
  const tied = `?service=tied&before=${EPOCH - MILLI}`;
  expect(await list(tied)).toEqual([]);
  expect(await list(`${tied}-${first.traceId.toUpperCase()}`)).toEqual([second.name]);
  expect(await list(`${tied}-${second.traceId}`)).toEqual([]);
  expect(await list("?service=two")).toEqual(["other"]);
  const services = (await (await fetch(`${backend.url}/api/services`)).json()) as ServicesResponse;
  expect(services.services.map(({ name }) => name)).toEqual(["one", "tied", "two"]);
});

test("errors are coded and say what was wrong", async () => {
  const backend = await startedBackend();
  const error = async (path: string) => {
    const response = await fetch(backend.url + path);
    return [response.status, ((await response.json()) as ApiError).error];
  };
  expect(await error(`/api/traces/${newTraceId()}`)).toMatchObject([404, { code: "trace_not_found" }]);
  expect(await error("/api/traces/xyz")).toEqual([
    400,
    { code: "invalid_parameter", message: "traceId: must be 32 hex digits" },
  ]);
  expect(await error("/api/traces?limit=0")).toMatchObject([400, { code: "invalid_parameter" }]);
  expect(await error("/api/traces?limit=abc")).toMatchObject([400, { code: "invalid_parameter" }]);
  expect(await error("/api/traces?before=-1")).toMatchObject([400, { code: "invalid_parameter" }]);
  expect(await error("/api/traces?before=1-abc")).toMatchObject([400, { code: "invalid_parameter" }]);
  expect(await error("/api/traces?before=99999999999999999999")).toMatchObject([
    400,
    { code: "invalid_parameter" },
  ]);
  expect(await error("/api/nothing")).toMatchObject([404, { code: "not_found" }]);
});

test("live changes arrive after the commit, once for each trace, and the stream ends with the server", async () => {
  const backend = await startedBackend();
  const response = await fetch(`${backend.url}/api/live`);
  expect(response.headers.get("content-type")).toBe("text/event-stream");
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  let received = "";
  const until = async (text: string) => {
    while (!received.includes(text)) {
      const { value, done } = await reader.read();
      if (done) throw new Error(`the stream ended before ${text}: ${received}`);
      received += decoder.decode(value, { stream: true });
    }
  };
  await until(": connected");
  const spans = [newSpan(), newSpan()];
  await Promise.all(spans.map((span) => post(backend, "/v1/traces", encodeTracesJson(traces([span])))));
  for (const { traceId } of spans) await until(traceId);
  const changes = [...received.matchAll(/event: changed\ndata: (.*)\n\n/g)].map(
    ([, data]) => JSON.parse(data as string) as LiveChange,
  );
  expect(changes.flatMap(({ traceIds }) => traceIds).sort()).toEqual(
    spans.map(({ traceId }) => traceId).sort(),
  );
  expect(changes.every(({ truncated }) => !truncated)).toBe(true);
  await backend.close();
  for (;;) if ((await reader.read()).done) break;
});

test("HEAD of the live changes opens no stream", async () => {
  const opened = vi.spyOn(Live.prototype, "stream");
  onTestFinished(() => opened.mockRestore());
  const backend = await startedBackend();
  const response = await fetch(`${backend.url}/api/live`, { method: "HEAD" });
  expect([response.status, response.headers.get("content-type")]).toEqual([200, "text/event-stream"]);
  expect(opened).not.toHaveBeenCalled();
});

test("the in-process hooks tell of roots stored for the first time", async () => {
  const backend = await startedBackend();
  const committed: string[] = [];
  const stop = backend.onCommitted(({ entries }) => committed.push(...entries.map(({ name }) => name)));
  let stores = 0;
  backend.onSpansStored(() => stores++);
  // A busy machine's acknowledgement is the journal's, before the commit; who asks waits for that.
  const store = async (body: string) => {
    await post(backend, "/v1/traces", body);
    await fetch(`${backend.url}/api/services`);
  };
  const body = encodeTracesJson(traces([newSpan({ name: "root" })]));
  await store(body);
  await store(body);
  expect(committed).toEqual(["root"]);
  expect(stores).toBe(1);
  stop();
  await store(encodeTracesJson(traces([newSpan()])));
  expect(committed).toEqual(["root"]);
  expect(stores).toBe(2);
});
