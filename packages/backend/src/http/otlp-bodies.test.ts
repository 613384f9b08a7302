// Bodies compressed and sent in ways that no exporter of ours would: read to their last byte or refused, in bounded memory.

import { deflateRawSync, deflateSync, gzipSync, type InputType, zstdCompressSync } from "node:zlib";
import { encodeTracesProtobuf } from "@enterspan/otlp";
import { expect, test } from "vitest";
import { post, startedBackend } from "../backend.fixture.ts";
import { newSpan, newTraceId, traces } from "../records.fixture.ts";
import type { TraceResponse } from "./contract.ts";
import { rawAnswer, rawConnection, statusOf } from "./raw.fixture.ts";

const PROTOBUF_TYPE = { "content-type": "application/x-protobuf" };
const SKIPPABLE = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 1, 2]);

/** A frame of five bytes, not compressed, that asks for a window of 2 to this power. */
const zstdFrame = (windowLog: number) =>
  Buffer.concat([
    Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, (windowLog - 10) << 3, 0x29, 0, 0]),
    Buffer.from([0xfa, 0x7f, 2, 8, 1]),
  ]);

// Protobuf messages behind each other are one message, so that each part has a span of its own.
test.each<[string, string, (first: Uint8Array, second: Uint8Array) => Uint8Array]>([
  ["members of gzip", "gzip", (first, second) => Buffer.concat([gzipSync(first), gzipSync(second)])],
  [
    "frames of zstd",
    "zstd",
    (first, second) => Buffer.concat([first, second].map((part) => zstdCompressSync(part))),
  ],
  [
    "frames of zstd among some to be skipped",
    "zstd",
    (first, second) =>
      Buffer.concat([SKIPPABLE, zstdCompressSync(first), SKIPPABLE, zstdCompressSync(second)]),
  ],
])("two %s are both read", async (_, encoding, compress) => {
  const backend = await startedBackend();
  const traceId = newTraceId();
  const [first, second] = ["first", "second"].map((name) =>
    encodeTracesProtobuf(traces([newSpan({ traceId, name })])),
  ) as [Uint8Array, Uint8Array];
  const headers = { ...PROTOBUF_TYPE, "content-encoding": encoding };
  expect((await post(backend, "/v1/traces", compress(first, second), headers)).status).toBe(200);
  const trace = (await (await fetch(`${backend.url}/api/traces/${traceId}`)).json()) as TraceResponse;
  expect(trace.spans.map(({ name }) => name).sort()).toEqual(["first", "second"]);
});

const junk = Buffer.from("junk, not compressed");
const followed = (compress: (bytes: InputType) => Buffer) => (body: Uint8Array) =>
  Buffer.concat([compress(body), junk]);
const cut = (compress: (bytes: InputType) => Buffer) => (body: Uint8Array) => compress(body).subarray(0, -3);

test.each<[string, string, (body: Uint8Array) => Uint8Array, number]>([
  ["gzip with something behind it", "gzip", followed(gzipSync), 400],
  ["deflate with something behind it", "deflate", followed(deflateSync), 400],
  ["zstd with something behind it", "zstd", followed(zstdCompressSync), 400],
  ["gzip that is cut off", "gzip", cut(gzipSync), 400],
  ["deflate that is cut off", "deflate", cut(deflateSync), 400],
  ["zstd that is cut off", "zstd", cut(zstdCompressSync), 400],
  ["no gzip at all", "gzip", (body) => body, 400],
  ["nothing", "gzip", () => new Uint8Array(), 400],
  ["deflate without zlib's frame", "deflate", deflateRawSync, 400],
  ["zstd that wants 128 MiB of memory", "zstd", () => zstdFrame(27), 400],
  [
    "zstd of more frames than anybody makes",
    "zstd",
    () => Buffer.alloc(SKIPPABLE.length * 5_000, SKIPPABLE),
    400,
  ],
  [
    "zstd of two frames that are too large together",
    "zstd",
    () => {
      const half = zstdCompressSync(Buffer.alloc(20 * 1024 * 1024));
      return Buffer.concat([half, half]);
    },
    413,
  ],
  ["gzip within gzip", "gzip, gzip", (body) => gzipSync(gzipSync(body)), 415],
])("%s is refused", async (_, encoding, compress, status) => {
  const backend = await startedBackend();
  const body = compress(encodeTracesProtobuf(traces([newSpan()])));
  const answer = await post(backend, "/v1/traces", body, { ...PROTOBUF_TYPE, "content-encoding": encoding });
  expect(answer.status).toBe(status);
  expect(answer.headers.get("content-type")).toBe("application/x-protobuf");
  expect(await (await fetch(`${backend.url}/api/traces`)).json()).toMatchObject({ traces: [] });
});

test("a zstd frame may look back on 32 MiB", async () => {
  const backend = await startedBackend();
  const answer = await post(backend, "/v1/traces", zstdFrame(25), {
    ...PROTOBUF_TYPE,
    "content-encoding": "zstd",
  });
  expect(answer.status).toBe(200);
});

test("many bodies that swell are decompressed a few at a time", async () => {
  const backend = await startedBackend();
  const size = 10 * 1024 * 1024;
  // One unknown field of zeros.
  const body = gzipSync(Buffer.concat([Buffer.from([0xa2, 6, 0x80, 0x80, 0x80, 5]), Buffer.alloc(size)]));
  const before = process.memoryUsage().arrayBuffers;
  let most = 0;
  const watching = setInterval(() => {
    most = Math.max(most, process.memoryUsage().arrayBuffers - before);
  }, 5);
  const headers = { ...PROTOBUF_TYPE, "content-encoding": "gzip" };
  const answers = await Promise.all(
    Array.from({ length: 30 }, () => post(backend, "/v1/traces", body, headers)),
  );
  clearInterval(watching);
  expect(answers.map(({ status }) => status)).toEqual(Array(30).fill(200));
  // In parts and put together each takes twice its size; what is garbage by then comes on top.
  expect(most / size).toBeLessThan(15);
});

test("lengths, versions and expectations of HTTP", async () => {
  const backend = await startedBackend();
  const head = ["Host: localhost", "Content-Type: application/json"];
  const ask = (version: string, headers: string[], body: string) =>
    rawAnswer(backend.port, [`POST /v1/traces HTTP/${version}`, ...head, ...headers], body);
  expect(statusOf(await ask("1.1", ["Content-Length: 2"], "{}"))).toBe(200);
  expect(await ask("1.0", ["Content-Length: 2"], "{}")).toMatch(/^HTTP\/1\.1 200[\s\S]*\{\}$/);
  const chunked = ["Transfer-Encoding: chunked", "Trailer: X-Checksum"];
  expect(
    statusOf(await ask("1.1", chunked, "1;name=value\r\n{\r\n1\r\n}\r\n0\r\nX-Checksum: 1\r\n\r\n")),
  ).toBe(200);
  const expecting = await ask("1.1", ["Content-Length: 2", "Expect: 100-continue"], "{}");
  expect(expecting).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK/);
  expect(statusOf(await ask("1.1", ["Content-Length: 99999999999"], ""))).toBe(413);
  expect(statusOf(await ask("1.1", ["Content-Length: -1"], "{}"))).toBe(400);
});

test("a body shorter than its length stores nothing", async () => {
  const backend = await startedBackend();
  const { socket, closed } = rawConnection(backend.port);
  const body = Buffer.from(encodeTracesProtobuf(traces([newSpan()])));
  const length = `Content-Length: ${body.length + 1}`;
  const head = [
    "POST /v1/traces HTTP/1.1",
    "Host: localhost",
    "Content-Type: application/x-protobuf",
    length,
  ];
  socket.write(`${head.join("\r\n")}\r\n\r\n`);
  socket.end(body);
  expect(await closed).not.toContain(" 200 ");
  expect(await (await fetch(`${backend.url}/api/traces`)).json()).toMatchObject({ traces: [] });
});
