// OTLP over gRPC, from OpenTelemetry's own exporter and from a client that says what no exporter would.

import { connect, type IncomingHttpHeaders } from "node:http2";
import { gzipSync } from "node:zlib";
import { encodeLogsProtobuf, encodeTracesProtobuf } from "@enterspan/otlp";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-grpc";
import { BasicTracerProvider, SimpleSpanProcessor, type SpanExporter } from "@opentelemetry/sdk-trace-base";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { createToken } from "../auth/token-files.ts";
import { startedBackend, temporaryDirectory } from "../backend.fixture.ts";
import type { TraceResponse } from "../http/contract.ts";
import { type Backend, startBackend } from "../index.ts";
import { logs, newLog, newSpan, newTraceId, traces } from "../records.fixture.ts";

const TRACES = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
const LOGS = "/opentelemetry.proto.collector.logs.v1.LogsService/Export";
const METRICS = "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export";

const stored = async (backend: Backend, traceId: string) =>
  (await (await fetch(`${backend.url}/api/traces/${traceId}`)).json()) as TraceResponse;

interface Called {
  headers: IncomingHttpHeaders;
  /** Of the trailers, or of the headers where there was no message. */
  status: number | undefined;
  message: string;
  body: Buffer;
}

function callOn(backend: Backend) {
  const client = connect(`http://127.0.0.1:${backend.grpcPort}`);
  onTestFinished(() => client.destroy());
  return (path: string, body: Uint8Array, sent: Record<string, string> = {}): Promise<Called> =>
    new Promise((resolve, reject) => {
      const headers = {
        ":path": path,
        ":method": "POST",
        "content-type": "application/grpc",
        te: "trailers",
      };
      const stream = client.request({ ...headers, ...sent });
      const chunks: Buffer[] = [];
      let answered: IncomingHttpHeaders = {};
      let trailers: IncomingHttpHeaders = {};
      stream.on("response", (response) => (answered = response));
      stream.on("trailers", (sentLast) => (trailers = sentLast));
      stream.on("data", (chunk) => chunks.push(chunk));
      stream.on("error", reject);
      stream.on("close", () => {
        const last = { ...answered, ...trailers };
        const status = last["grpc-status"];
        resolve({
          headers: answered,
          status: status === undefined ? undefined : Number(status),
          message: decodeURIComponent(String(last["grpc-message"] ?? "")),
          body: Buffer.concat(chunks),
        });
      });
      stream.end(body);
    });
}

function framed(message: Uint8Array, isCompressed = false): Buffer {
  const prefix = Buffer.alloc(5);
  prefix[0] = isCompressed ? 1 : 0;
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

test.each(["none", "gzip"])(
  "OpenTelemetry's exporter is understood, with compression %s",
  async (compression) => {
    const backend = await startedBackend({ grpcPort: 0 });
    const options = { url: `http://127.0.0.1:${backend.grpcPort}`, compression: compression as never };
    const exporter = new OTLPTraceExporter(options) as unknown as SpanExporter;
    const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
    const span = provider.getTracer("shop").startSpan("checkout", { attributes: { items: 3 } });
    span.end();
    await provider.forceFlush();
    const trace = await stored(backend, span.spanContext().traceId);
    expect(trace.spans).toMatchObject([
      { name: "checkout", attributes: [{ key: "items", value: { intValue: "3" } }] },
    ]);
    await provider.shutdown();
  },
);

describe("a call", () => {
  test("of each service is answered with its response", async () => {
    const backend = await startedBackend({ grpcPort: 0 });
    const call = callOn(backend);
    const traceId = newTraceId();
    const sent = await call(TRACES, framed(encodeTracesProtobuf(traces([newSpan({ traceId })]))));
    expect(sent).toMatchObject({ status: 0, body: Buffer.alloc(5) });
    expect(sent.headers["content-type"]).toBe("application/grpc+proto");
    const log = gzipSync(encodeLogsProtobuf(logs([newLog({ traceId })])));
    expect(await call(LOGS, framed(log, true), { "grpc-encoding": "gzip" })).toMatchObject({ status: 0 });
    expect(await call(METRICS, framed(new Uint8Array()))).toMatchObject({ status: 0 });
    const trace = await stored(backend, traceId);
    expect([trace.spans.length, trace.logs.length]).toEqual([1, 1]);
  });

  test("with bad spans says so in its response", async () => {
    const call = callOn(await startedBackend({ grpcPort: 0 }));
    const bad = encodeTracesProtobuf(traces([newSpan(), newSpan({ traceId: "" })]));
    const { status, body } = await call(TRACES, framed(bad));
    expect(status).toBe(0);
    expect(body.toString()).toContain("1 of 2 spans refused, the rest is stored");
  });

  test.each<[string, string, Uint8Array, Record<string, string>, number, string]>([
    ["of no method", "/grpc.health.v1.Health/Check", framed(new Uint8Array()), {}, 12, "not a method"],
    ["without a message", TRACES, new Uint8Array(), {}, 3, "no message"],
    ["cut off", TRACES, framed(new Uint8Array(9)).subarray(0, 9), {}, 3, "9 bytes, but 4 came"],
    [
      "of two messages",
      TRACES,
      Buffer.concat([framed(new Uint8Array()), framed(new Uint8Array())]),
      {},
      3,
      "one message",
    ],
    ["with a flag of its own", TRACES, Buffer.from([2, 0, 0, 0, 0]), {}, 3, "compression flag is 2"],
    [
      "compressed unnamed",
      TRACES,
      framed(gzipSync(""), true),
      { "grpc-encoding": "br" },
      12,
      "grpc-encoding br",
    ],
    [
      "not compressed though it says so",
      TRACES,
      framed(Buffer.from("ö"), true),
      { "grpc-encoding": "gzip" },
      3,
      "not valid gzip",
    ],
    ["that is malformed", TRACES, framed(new Uint8Array([10, 100])), {}, 3, "reaches beyond its message"],
    [
      "that is a bomb",
      TRACES,
      framed(gzipSync(Buffer.alloc(40_000_000)), true),
      { "grpc-encoding": "gzip" },
      8,
      "larger than",
    ],
  ])("%s is refused", async (_, path, body, headers, status, message) => {
    const call = callOn(await startedBackend({ grpcPort: 0 }));
    const answer = await call(path, body, headers);
    expect(answer.status).toBe(status);
    expect(answer.message).toContain(message);
    expect(await call(TRACES, framed(new Uint8Array()))).toMatchObject({ status: 0 });
  });

  test("that is no gRPC is answered in HTTP", async () => {
    const call = callOn(await startedBackend({ grpcPort: 0 }));
    const answer = await call(TRACES, new Uint8Array(), { "content-type": "application/json" });
    expect([answer.headers[":status"], answer.status]).toEqual([415, undefined]);
  });

  test("damaged in any way is the sender's fault, and the next one is taken", async () => {
    const call = callOn(await startedBackend({ grpcPort: 0 }));
    const whole = framed(encodeTracesProtobuf(traces([newSpan()])));
    const damage = fc.array(fc.record({ at: fc.nat(), to: fc.integer({ min: 0, max: 255 }) }), {
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(damage, fc.nat({ max: whole.length }), async (changes, length) => {
        const body = Buffer.from(whole);
        for (const { at, to } of changes) body[at % body.length] = to;
        const { status } = await call(TRACES, body.subarray(0, length));
        expect([0, 3, 12]).toContain(status);
      }),
      { numRuns: 100 },
    );
    expect(await call(TRACES, whole)).toMatchObject({ status: 0 });
  });
});

test("a call that has begun is answered while the server closes", async () => {
  const backend = await startBackend({ dataDir: temporaryDirectory(), port: 0, grpcPort: 0 });
  const call = callOn(backend);
  await call(METRICS, framed(new Uint8Array()));
  const committed = new Promise((resolve) => backend.onCommitted(resolve));
  const calling = call(TRACES, framed(encodeTracesProtobuf(traces([newSpan()]))));
  await committed;
  const [answer] = await Promise.all([calling, backend.close()]);
  expect(answer.status).toBe(0);
});

test("a port that is taken is said, and nothing stays open", async () => {
  const first = await startedBackend({ grpcPort: 0 });
  const dataDir = temporaryDirectory();
  const second = startBackend({ dataDir, port: 0, grpcPort: first.grpcPort as number });
  await expect(second).rejects.toMatchObject({ code: "port_in_use" });
  const again = await startBackend({ dataDir, port: 0, grpcPort: 0 });
  await again.close();
});

test("where tokens are required, a call without one that may send is refused", async () => {
  const dataDir = temporaryDirectory();
  const token = (scope: "ingest" | "read") => createToken(dataDir, { scopes: [scope], name: scope }).token;
  const [ingest, read] = [token("ingest"), token("read")];
  const backend = await startedBackend({ dataDir, grpcPort: 0, requireTokens: true });
  const call = callOn(backend);
  const status = async (authorization?: string) =>
    (await call(TRACES, framed(new Uint8Array()), authorization === undefined ? {} : { authorization }))
      .status;
  expect(await status()).toBe(16);
  expect(await status("Bearer wrong")).toBe(16);
  expect(await status(ingest)).toBe(16);
  expect(await status(`Bearer ${read}`)).toBe(7);
  expect(await status(`Bearer ${ingest}`)).toBe(0);
});

test("one address has only so many connections, and HTTP's count for themselves", async () => {
  const backend = await startedBackend({ grpcPort: 0, limits: { connectionsPerPeer: 2 } });
  const [first, second] = [callOn(backend), callOn(backend)];
  const empty = framed(new Uint8Array());
  expect([(await first(METRICS, empty)).status, (await second(METRICS, empty)).status]).toEqual([0, 0]);
  const third = connect(`http://127.0.0.1:${backend.grpcPort}`);
  third.on("error", () => {});
  await new Promise((resolve) => third.once("close", resolve));
  expect((await fetch(`${backend.url}/healthz`)).status).toBe(200);
  expect((await first(METRICS, empty)).status).toBe(0);
  const freed = connect(`http://127.0.0.1:${backend.grpcPort}`);
  await new Promise((resolve) => freed.once("close", resolve).on("error", () => {}));
});

test("a connection that says nothing, and a call that never ends, are cut off", async () => {
  const backend = await startedBackend({ grpcPort: 0, limits: { silenceMs: 300, requestMs: 300 } });
  const silent = connect(`http://127.0.0.1:${backend.grpcPort}`);
  await new Promise((resolve) => silent.once("close", resolve));
  const client = connect(`http://127.0.0.1:${backend.grpcPort}`);
  client.on("error", () => {});
  onTestFinished(() => client.destroy());
  const stream = client.request({ ":path": TRACES, ":method": "POST", "content-type": "application/grpc" });
  stream.on("error", () => {});
  const dripping = setInterval(() => !stream.destroyed && stream.write("x"), 50);
  await new Promise((resolve) => stream.once("close", resolve));
  clearInterval(dripping);
});
