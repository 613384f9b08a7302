// An export put into an empty store makes an equal one, whatever was in it.

import type { LogsData, TracesData } from "@enterspan/otlp";
import { decodeLogsJson, decodeTracesJson, encodeLogsProtobuf, encodeTracesProtobuf } from "@enterspan/otlp";
import fc from "fast-check";
import { expect, test } from "vitest";
import { logsData, tracesData } from "../../../otlp/src/messages.fixture.ts";
import { post, startedBackend } from "../backend.fixture.ts";
import type { Backend } from "../index.ts";
import { logs, newLog, newSpan, traces } from "../records.fixture.ts";

const PROTOBUF = { "content-type": "application/x-protobuf" };
const LIMIT = 2n ** 63n - 1n;

async function exported(backend: Backend, signal: "traces" | "logs", range = ""): Promise<string[]> {
  const answer = await fetch(`${backend.url}/api/export?signal=${signal}${range}`);
  expect(answer.status).toBe(200);
  return (await answer.text()).split("\n").filter(Boolean);
}

/** Only what is stored: with ids and with times that a store holds. */
function storable(data: TracesData): TracesData {
  for (const { scopeSpans } of data.resourceSpans) {
    for (const { spans } of scopeSpans) {
      for (const span of spans) {
        if (/^0*$/.test(span.traceId)) span.traceId = "1".repeat(32);
        if (/^0*$/.test(span.spanId)) span.spanId = "1".repeat(16);
        span.startTimeUnixNano %= LIMIT;
        span.endTimeUnixNano %= LIMIT;
      }
    }
  }
  return data;
}

function timed(data: LogsData): LogsData {
  for (const { scopeLogs } of data.resourceLogs) {
    for (const { logRecords } of scopeLogs) {
      for (const log of logRecords) {
        log.timeUnixNano = (log.timeUnixNano % (LIMIT - 1n)) + 1n;
        log.observedTimeUnixNano %= LIMIT;
      }
    }
  }
  return data;
}

async function tracesOf(backend: Backend, lines: readonly string[]): Promise<unknown[]> {
  const ids = new Set<string>();
  for (const line of lines) {
    for (const { scopeSpans } of decodeTracesJson(line).resourceSpans) {
      for (const { spans } of scopeSpans) for (const { traceId } of spans) ids.add(traceId);
    }
  }
  return Promise.all([...ids].map(async (id) => (await fetch(`${backend.url}/api/traces/${id}`)).json()));
}

test("export and import give equal traces and logs, and a second import changes nothing", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(tracesData, { maxLength: 4 }),
      fc.array(logsData, { maxLength: 4 }),
      async (spans, records) => {
        const [from, to] = [await startedBackend(), await startedBackend()];
        for (const data of spans)
          await post(from, "/v1/traces", encodeTracesProtobuf(storable(data)), PROTOBUF);
        for (const data of records) await post(from, "/v1/logs", encodeLogsProtobuf(timed(data)), PROTOBUF);
        const lines = { traces: await exported(from, "traces"), logs: await exported(from, "logs") };
        for (let round = 0; round < 2; round++) {
          for (const line of lines.traces) expect((await post(to, "/v1/traces", line)).status).toBe(200);
          for (const line of lines.logs) expect((await post(to, "/v1/logs", line)).status).toBe(200);
          expect(await exported(to, "traces")).toEqual(lines.traces);
          expect(await exported(to, "logs")).toEqual(lines.logs);
        }
        expect(await tracesOf(to, lines.traces)).toEqual(await tracesOf(from, lines.traces));
        await Promise.all([from.close(), to.close()]);
      },
    ),
    { numRuns: 8 },
  );
});

test("a range takes what begins in it, and nothing else", async () => {
  const backend = await startedBackend();
  const span = (startTimeUnixNano: bigint) => newSpan({ startTimeUnixNano });
  const log = (timeUnixNano: bigint) => newLog({ timeUnixNano });
  await post(backend, "/v1/traces", encodeTracesProtobuf(traces([span(1n), span(2n), span(3n)])), PROTOBUF);
  await post(backend, "/v1/logs", encodeLogsProtobuf(logs([log(1n), log(2n), log(3n)])), PROTOBUF);
  const [spans] = await exported(backend, "traces", "&from=2&to=3");
  const [records] = await exported(backend, "logs", "&from=2&to=3");
  const times = [
    decodeTracesJson(spans as string).resourceSpans[0]?.scopeSpans[0]?.spans.map(
      (one) => one.startTimeUnixNano,
    ),
    decodeLogsJson(records as string).resourceLogs[0]?.scopeLogs[0]?.logRecords.map(
      (one) => one.timeUnixNano,
    ),
  ];
  expect(times).toEqual([[2n], [2n]]);
  expect(await exported(backend, "traces", "&from=4")).toEqual([]);
});

test.each([
  "",
  "?signal=metrics",
  "?signal=traces&from=-1",
  "?signal=logs&to=99999999999999999999",
  "?signal=logs&from=1e9",
])("%s is refused", async (query) => {
  const answer = await fetch(`${(await startedBackend()).url}/api/export${query}`);
  expect([answer.status, ((await answer.json()) as { error: { code: string } }).error.code]).toEqual([
    400,
    "invalid_parameter",
  ]);
});

test("only so many exports run at once, and one that is given up makes room", async () => {
  const backend = await startedBackend();
  const span = newSpan({ attributes: [{ key: "long", value: { stringValue: "x".repeat(12_000_000) } }] });
  await post(backend, "/v1/traces", encodeTracesProtobuf(traces([span])), PROTOBUF);
  const ask = () => fetch(`${backend.url}/api/export?signal=traces`);
  const running = await Promise.all([ask(), ask(), ask(), ask()]);
  expect(running.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  const refused = await ask();
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "1"]);
  await running[0]?.body?.cancel();
  const again = async () => {
    const { status, body } = await ask();
    await body?.cancel();
    return status;
  };
  await expect.poll(again).toBe(200);
  for (const { body } of running) await body?.cancel();
});
