// OTLP over HTTP as a sender meets it: encodings, partial success, refusals in the right words.

import { deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { encodeLogsJson, encodeLogsProtobuf, encodeTracesJson, encodeTracesProtobuf } from "@enterspan/otlp";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { post, startedBackend } from "../backend.fixture.ts";
import { readResponse } from "../forward/official-otlp.fixture.ts";
import type { Backend } from "../index.ts";
import { logs, newLog, newSpan, newTraceId, traces } from "../records.fixture.ts";
import type { TraceListResponse, TraceResponse } from "./contract.ts";

const JSON_TYPE = { "content-type": "application/json" };
const PROTOBUF_TYPE = { "content-type": "application/x-protobuf" };

async function stored(backend: Backend, traceId: string): Promise<TraceResponse | undefined> {
  const response = await fetch(`${backend.url}/api/traces/${traceId}`);
  return response.status === 404 ? undefined : ((await response.json()) as TraceResponse);
}

describe("accepts", () => {
  test("traces and logs in JSON and protobuf, answered in kind", async () => {
    const backend = await startedBackend();
    const traceId = newTraceId();
    const span = newSpan({ traceId, name: "json" });
    const answers = [
      await post(backend, "/v1/traces", encodeTracesJson(traces([span])), {
        "content-type": "Application/JSON; charset=utf-8",
      }),
      await post(
        backend,
        "/v1/traces",
        encodeTracesProtobuf(traces([newSpan({ traceId, name: "protobuf" })])),
        PROTOBUF_TYPE,
      ),
      await post(backend, "/v1/logs", encodeLogsJson(logs([newLog({ traceId })])), JSON_TYPE),
      await post(
        backend,
        "/v1/logs",
        encodeLogsProtobuf(logs([newLog({ traceId, body: { intValue: 7n } })])),
        PROTOBUF_TYPE,
      ),
    ];
    expect(answers.map((answer) => `${answer.status} ${answer.headers.get("content-type")}`)).toEqual([
      "200 application/json",
      "200 application/x-protobuf",
      "200 application/json",
      "200 application/x-protobuf",
    ]);
    expect(await answers[0]?.json()).toEqual({});
    expect((await answers[1]?.arrayBuffer())?.byteLength).toBe(0);
    const trace = await stored(backend, traceId);
    expect(trace?.spans.map(({ name }) => name).sort()).toEqual(["json", "protobuf"]);
    expect(trace?.logs.map(({ body }) => body)).toEqual([{ stringValue: "hello" }, { intValue: "7" }]);
  });

  test.each([
    ["gzip", gzipSync],
    ["deflate", deflateSync],
    ["zstd", zstdCompressSync],
  ])("%s", async (encoding, compress) => {
    const backend = await startedBackend();
    const span = newSpan();
    const body = compress(encodeTracesJson(traces([span])));
    const answer = await post(backend, "/v1/traces", body, { ...JSON_TYPE, "content-encoding": encoding });
    expect(answer.status).toBe(200);
    expect((await stored(backend, span.traceId))?.spans).toHaveLength(1);
  });

  test("an empty request", async () => {
    const backend = await startedBackend();
    expect((await post(backend, "/v1/traces", "{}")).status).toBe(200);
    expect((await post(backend, "/v1/traces", new Uint8Array(), PROTOBUF_TYPE)).status).toBe(200);
  });

  test("the good spans of a request with bad ones, and says how many it refused and why", async () => {
    const backend = await startedBackend();
    const good = newSpan({ parentSpanId: "0000000000000000" });
    const bad = [
      newSpan({ traceId: "0".repeat(32), name: "zero" }),
      newSpan({ traceId: "" }),
      newSpan({ spanId: "0".repeat(16) }),
      newSpan({ endTimeUnixNano: 2n ** 63n - 1n }),
    ];
    const answer = await post(backend, "/v1/traces", encodeTracesJson(traces([...bad, good])));
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({
      partialSuccess: {
        rejectedSpans: "4",
        errorMessage:
          '4 of 5 spans refused, the rest is stored: 2 × has no trace id, such as "zero"; 1 × has no span id, such as "work"; ' +
          '1 × has a time after 2262-04-11, such as "work"',
      },
    });
    expect((await stored(backend, good.traceId))?.spans[0]?.parentSpanId).toBe("");
    const late = await post(
      backend,
      "/v1/logs",
      encodeLogsJson(logs([newLog({ timeUnixNano: 2n ** 63n - 1n })])),
    );
    expect(await late.json()).toMatchObject({ partialSuccess: { rejectedLogRecords: "1" } });
  });

  test("partly, in words that OpenTelemetry understands", async () => {
    const backend = await startedBackend();
    const mixed = encodeTracesProtobuf(traces([newSpan(), newSpan({ traceId: "", name: "größer" })]));
    const answer = await post(backend, "/v1/traces", mixed, PROTOBUF_TYPE);
    expect(readResponse("traces", new Uint8Array(await answer.arrayBuffer()))).toEqual({
      partialSuccess: {
        rejectedSpans: "1",
        errorMessage: '1 of 2 spans refused, the rest is stored: 1 × has no trace id, such as "größer"',
      },
    });
    const whole = await post(backend, "/v1/logs", encodeLogsProtobuf(logs([newLog()])), PROTOBUF_TYPE);
    expect(readResponse("logs", new Uint8Array(await whole.arrayBuffer()))).toEqual({});
  });

  test("metrics, and says that it drops them", async () => {
    const backend = await startedBackend();
    const sum = { dataPoints: [{ asInt: "1" }, { asInt: "2" }] };
    const body = JSON.stringify({ resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: "n", sum }] }] }] });
    const answer = await post(backend, "/v1/metrics", body);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({
      partialSuccess: {
        rejectedDataPoints: "2",
        errorMessage: "2 data points dropped: this server keeps traces and logs, no metrics.",
      },
    });
    expect((await post(backend, "/v1/metrics", new Uint8Array(), PROTOBUF_TYPE)).status).toBe(200);
    expect((await post(backend, "/v1/metrics", new Uint8Array([10, 9]), PROTOBUF_TYPE)).status).toBe(400);
  });

  test.each([
    ["names in snake_case", '{"resource_spans":[{"scope_spans":[]}]}', '"resource_spans"'],
    ["another signal", '{"resourceLogs":[{"scopeLogs":[]}]}', '"resourceLogs"'],
  ])("%s as unknown fields, and says that it took nothing", async (_, body, name) => {
    const backend = await startedBackend();
    const answer = await post(backend, "/v1/traces", body);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({
      partialSuccess: {
        rejectedSpans: "0",
        errorMessage: `Nothing was taken: /v1/traces reads resourceSpans, and the request has ${name}.`,
      },
    });
  });

  test("the last time that can be stored, and lists it", async () => {
    const backend = await startedBackend();
    const last = 2n ** 63n - 2n;
    const span = newSpan({ startTimeUnixNano: last, endTimeUnixNano: last });
    expect(await (await post(backend, "/v1/traces", encodeTracesJson(traces([span])))).json()).toEqual({});
    const list = (await (await fetch(`${backend.url}/api/traces`)).json()) as TraceListResponse;
    expect(list.traces.map(({ traceId }) => traceId)).toEqual([span.traceId]);
  });

  test("hundreds of requests at once, each answered after its commit", async () => {
    const backend = await startedBackend();
    const commits: number[] = [];
    backend.onCommitted(({ spans }) => commits.push(spans));
    const spans = Array.from({ length: 200 }, () => newSpan());
    await Promise.all(
      spans.map(async (span) => {
        expect((await post(backend, "/v1/traces", encodeTracesJson(traces([span])))).status).toBe(200);
        expect((await stored(backend, span.traceId))?.spans).toHaveLength(1);
      }),
    );
    expect(commits.reduce((sum, count) => sum + count)).toBe(200);
    expect(commits.length).toBeLessThan(200);
  });
});

describe("refuses", () => {
  test("what is malformed, with its place, in the content type of the request", async () => {
    const backend = await startedBackend();
    const json = await post(
      backend,
      "/v1/traces",
      '{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"x"}]}]}]}',
    );
    expect(json.status).toBe(400);
    expect(await json.json()).toEqual({
      code: 3,
      message:
        "resourceSpans[0].scopeSpans[0].spans[0].traceId: expected 32 hex digits, got 1 characters that are not that",
    });
    const protobuf = await post(backend, "/v1/traces", new Uint8Array([10, 100]), PROTOBUF_TYPE);
    expect(protobuf.status).toBe(400);
    expect(protobuf.headers.get("content-type")).toBe("application/x-protobuf");
    const status = Buffer.from(await protobuf.arrayBuffer());
    expect([...status.subarray(0, 2)]).toEqual([8, 3]);
    expect(status.toString()).toContain("reaches beyond its message");
  });

  test("content types and encodings it does not know: 415", async () => {
    const backend = await startedBackend();
    for (const headers of [{ "content-type": "text/plain" }, { "content-type": "" }]) {
      expect((await post(backend, "/v1/traces", "{}", headers)).status).toBe(415);
    }
    for (const encoding of ["br", "constructor", "__proto__"]) {
      const encoded = await post(backend, "/v1/traces", "{}", { ...JSON_TYPE, "content-encoding": encoding });
      expect(encoded.status).toBe(415);
      expect(((await encoded.json()) as { message: string }).message).toContain(
        "use gzip, deflate, zstd or none",
      );
    }
  });

  test("bodies that are too large, before and after decompression: 413", async () => {
    const backend = await startedBackend();
    const bomb = gzipSync(Buffer.alloc(40 * 1024 * 1024, " "));
    expect(bomb.length).toBeLessThan(100_000);
    const compressed = await post(backend, "/v1/traces", bomb, { ...JSON_TYPE, "content-encoding": "gzip" });
    expect(compressed.status).toBe(413);
    expect(((await compressed.json()) as { code: number }).code).toBe(8);
    const stream = new ReadableStream({
      start(controller) {
        for (let chunk = 0; chunk < 33; chunk++) controller.enqueue(new Uint8Array(1024 * 1024));
        controller.close();
      },
    });
    const plain = await fetch(`${backend.url}/v1/traces`, {
      method: "POST",
      headers: JSON_TYPE,
      body: stream,
      duplex: "half",
    } as RequestInit);
    expect(plain.status).toBe(413);
  });

  test("small bodies that would become gigabytes: 413, at once", async () => {
    const backend = await startedBackend();
    const empties = Buffer.alloc(32 * 1024 * 1024, Buffer.from([10, 0]));
    const json = Buffer.from(`{"resourceSpans":[${"{},".repeat(11_000_000)}{}]}`);
    for (const [body, headers] of [
      [empties, PROTOBUF_TYPE],
      [json, JSON_TYPE],
    ] as const) {
      const bomb = gzipSync(body, { level: 1 });
      const answer = await post(backend, "/v1/traces", bomb, { ...headers, "content-encoding": "gzip" });
      expect(answer.status).toBe(413);
      expect(await answer.text()).toContain("more than 1000000 elements");
    }
  });

  test("damaged compression: 400", async () => {
    const backend = await startedBackend();
    const answer = await post(backend, "/v1/traces", "not gzip", {
      ...JSON_TYPE,
      "content-encoding": "gzip",
    });
    expect(answer.status).toBe(400);
  });

  test("other methods and paths", async () => {
    const backend = await startedBackend();
    const got = await fetch(`${backend.url}/v1/traces`);
    expect([got.status, got.headers.get("allow")]).toEqual([405, "POST"]);
    expect((await post(backend, "/v1/profiles", "{}")).status).toBe(404);
  });
});

test("damaged requests are the sender's fault, never 5xx, and the server goes on", async () => {
  const backend = await startedBackend();
  const whole = {
    json: Buffer.from(encodeTracesJson(traces([newSpan()]))),
    protobuf: Buffer.from(encodeTracesProtobuf(traces([newSpan()]))),
  };
  const damage = fc.array(fc.record({ at: fc.nat(), to: fc.integer({ min: 0, max: 255 }) }), {
    minLength: 1,
    maxLength: 5,
  });
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom<"json" | "protobuf">("json", "protobuf"),
      fc.constantFrom("traces", "logs"),
      damage,
      fc.boolean(),
      async (encoding, signal, changes, cut) => {
        const body = Buffer.from(whole[encoding]);
        for (const { at, to } of changes) body[at % body.length] = to;
        const sent = cut ? body.subarray(0, (changes[0]?.at ?? 0) % body.length) : body;
        const answer = await post(
          backend,
          `/v1/${signal}`,
          sent,
          encoding === "json" ? JSON_TYPE : PROTOBUF_TYPE,
        );
        await answer.arrayBuffer();
        expect([200, 400]).toContain(answer.status);
      },
    ),
    { numRuns: 300 },
  );
  expect((await fetch(`${backend.url}/healthz`)).status).toBe(200);
});
