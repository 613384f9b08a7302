// What becomes of telemetry that goes on: to whom, in which form, over which failures. The receivers are real servers.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { encodeLogsJson, encodeTracesJson, encodeTracesProtobuf } from "@enterspan/otlp";
import { describe, expect, test } from "vitest";
import { freePort } from "../../../../tests/free-port.ts";
import { post, startedBackend, temporaryDirectory } from "../backend.fixture.ts";
import type { TraceResponse } from "../http/contract.ts";
import { type Backend, type LogLine, startBackend } from "../index.ts";
import { parseExposition, sampleOf } from "../operations/exposition.fixture.ts";
import { EPOCH, logs, newLog, newSpan, newTraceId, traces } from "../records.fixture.ts";
import { newDestination, Receiver } from "./receiver.fixture.ts";

const QUICK = { firstMs: 1, maxMs: 5 };

async function sendSpan(backend: Backend, name: string, service = "shop"): Promise<void> {
  const answer = await post(backend, "/v1/traces", encodeTracesJson(traces([newSpan({ name })], service)));
  expect(answer.status).toBe(200);
}

async function sendLog(backend: Backend, text: string, service = "shop"): Promise<void> {
  const record = newLog({ body: { stringValue: text } });
  const answer = await post(backend, "/v1/logs", encodeLogsJson(logs([record], service)));
  expect(answer.status).toBe(200);
}

const statusOf = async (backend: Backend, slug: string) => {
  const { destinations } = (await (await fetch(`${backend.url}/api/destinations`)).json()) as {
    destinations: Array<{ slug: string }>;
  };
  return destinations.find((destination) => destination.slug === slug);
};

/** The server hears of an answer a little later than the receiver gave it. */
const untilStatus = (backend: Backend, expected: object) =>
  expect.poll(() => statusOf(backend, "far")).toMatchObject(expected);

describe("form", () => {
  test.each([
    ["protobuf", "gzip"],
    ["protobuf", "none"],
    ["json", "gzip"],
    ["json", "none"],
  ] as const)("%s, %s, with its headers", async (encoding, compression) => {
    const receiver = await Receiver.start();
    const backend = await startedBackend({
      destinations: [
        newDestination("far", {
          endpoint: `${receiver.url}/otlp/`,
          headers: { "x-key": "secret" },
          services: "all",
          encoding,
          compression,
        }),
      ],
    });
    const span = newSpan({
      name: "both ways",
      kind: 3,
      traceState: "a=b,c=d",
      flags: 0x301,
      status: { code: 2, message: "größer" },
      attributes: [
        { key: "big", value: { intValue: 2n ** 62n } },
        { key: "least", value: { intValue: -(2n ** 63n) } },
        { key: "double", value: { doubleValue: -0.1 } },
        { key: "infinite", value: { doubleValue: Number.NEGATIVE_INFINITY } },
        { key: "bytes", value: { bytesValue: new Uint8Array([0, 255]) } },
        { key: "empty", value: {} },
        {
          key: "nested",
          value: {
            kvlistValue: {
              values: [{ key: "list", value: { arrayValue: { values: [{ boolValue: false }, {}] } } }],
            },
          },
        },
      ],
      droppedAttributesCount: 1,
      events: [
        { timeUnixNano: EPOCH, name: "happened", attributes: [], droppedAttributesCount: 4_294_967_295 },
      ],
      droppedEventsCount: 2,
      droppedLinksCount: 3,
      links: [
        {
          traceId: newTraceId(),
          spanId: "00f067aa0ba902b7",
          traceState: "a=b",
          attributes: [],
          droppedAttributesCount: 0,
          flags: 1,
        },
      ],
    });
    await post(backend, "/v1/traces", encodeTracesJson(traces([span])));
    await receiver.until(() => receiver.taken.length === 1);
    const binary = encodeTracesProtobuf(traces([span]));
    await post(backend, "/v1/traces", binary, { "content-type": "application/x-protobuf" });
    const log = newLog({
      traceId: newTraceId(),
      spanId: "00f067aa0ba902b7",
      severityNumber: 24,
      severityText: "FATAL4",
      observedTimeUnixNano: EPOCH + 1n,
      body: { stringValue: "said" },
      attributes: [{ key: "a", value: { doubleValue: 1e300 } }],
      droppedAttributesCount: 5,
      flags: 1,
      eventName: "spoke",
    });
    await post(backend, "/v1/logs", encodeLogsJson(logs([log])));
    await receiver.until(() => receiver.spanNames.length === 2 && receiver.logTexts.length === 1);
    const [first] = receiver.taken;
    expect(first).toMatchObject({
      path: "/otlp/v1/traces",
      headers: {
        "x-key": "secret",
        "content-type": encoding === "json" ? "application/json" : "application/x-protobuf",
      },
    });
    expect(first?.headers["content-encoding"]).toBe(compression === "gzip" ? "gzip" : undefined);
    for (const { path, traces: spans, logs: records } of receiver.taken) {
      if (path.endsWith("/v1/logs")) expect(records).toEqual(logs([log]));
      else expect(spans).toEqual(traces([span]));
    }
  });
});

describe("who gets what", () => {
  test("services go where they are told to, the others nowhere", async () => {
    const [named, listed] = [await Receiver.start(), await Receiver.start()];
    const backend = await startedBackend({
      destinations: [
        newDestination("named", { endpoint: named.url }),
        newDestination("listed", { tracesUrl: `${listed.url}/v1/traces`, services: ["bank"] }),
      ],
      routes: { shop: { traces: { destinations: ["named"] } } },
    });
    await sendSpan(backend, "nowhere", "other");
    await sendLog(backend, "not this signal");
    const mixed = {
      resourceSpans: [
        ...traces([newSpan({ name: "of shop" }), newSpan({ name: "refused", traceId: "" })]).resourceSpans,
        ...traces([newSpan({ name: "of bank" })], "bank").resourceSpans,
        ...traces([newSpan({ name: "of other" })], "other").resourceSpans,
      ],
    };
    await post(backend, "/v1/traces", encodeTracesJson(mixed));
    await sendSpan(backend, "last of shop");
    await sendSpan(backend, "last of bank", "bank");
    await Promise.all([
      named.until(() => named.spanNames.includes("last of shop")),
      listed.until(() => listed.spanNames.includes("last of bank")),
    ]);
    expect(named.spanNames).toEqual(["of shop", "last of shop"]);
    expect(named.logTexts).toEqual([]);
    expect(listed.spanNames).toEqual(["of bank", "last of bank"]);
  });

  test("persist: false forwards without keeping, of that service and signal alone", async () => {
    const receiver = await Receiver.start();
    const backend = await startedBackend({
      destinations: [newDestination("far", { endpoint: receiver.url })],
      routes: {
        shop: { traces: { destinations: ["far"], persist: false }, logs: { destinations: ["far"] } },
      },
    });
    const [gone, kept] = [newTraceId(), newTraceId()];
    const mixed = {
      resourceSpans: [
        ...traces([newSpan({ traceId: gone, name: "gone" })]).resourceSpans,
        ...traces([newSpan({ traceId: kept, name: "kept" })], "bank").resourceSpans,
      ],
    };
    expect(await (await post(backend, "/v1/traces", encodeTracesJson(mixed))).json()).toEqual({});
    await sendSpan(backend, "alone");
    await sendLog(backend, "kept too");
    await receiver.until(() => receiver.spanNames.length === 2 && receiver.logTexts.length === 1);
    expect(receiver.spanNames).toEqual(["gone", "alone"]);
    expect((await fetch(`${backend.url}/api/traces/${gone}`)).status).toBe(404);
    const stored = (await (await fetch(`${backend.url}/api/traces/${kept}`)).json()) as TraceResponse;
    expect(stored.spans.map(({ name }) => name)).toEqual(["kept"]);
    const { services } = (await (await fetch(`${backend.url}/api/services`)).json()) as {
      services: Array<{ name: string }>;
    };
    expect(services.map(({ name }) => name)).toEqual(["bank", "shop"]);
  });

  test("a name that nobody has defined is refused, and one without the signal", async () => {
    const destinations = [newDestination("Far Away", { logsUrl: "http://127.0.0.1:9/v1/logs" })];
    const starting = (routes: Record<string, object>) =>
      startBackend({ dataDir: temporaryDirectory(), port: 0, destinations, routes });
    await expect(starting({ shop: { logs: { destinations: ["typo"] } } })).rejects.toMatchObject({
      code: "unknown_destination",
      message: expect.stringMatching(/logs\.destinations of shop names "typo".*Defined: "Far Away"/),
    });
    await expect(starting({ shop: { traces: { destinations: ["far-away"] } } })).rejects.toMatchObject({
      code: "unknown_destination",
      message: expect.stringContaining('"tracesUrl"'),
    });
    const backend = await startedBackend({
      destinations,
      routes: { shop: { logs: { destinations: ["far-away"] } } },
    });
    expect(() => backend.route("shop", { traces: { destinations: ["typo"] } })).toThrow(/typo/);
  });
});

describe("failures", () => {
  test("an outage with two restarts loses nothing, keeps the order, and warns once a start", async () => {
    const dataDir = temporaryDirectory();
    const receiver = await Receiver.start();
    let isDown = true;
    receiver.answer = () => ({ status: isDown ? 503 : 200 });
    const lines: LogLine[] = [];
    const start = () =>
      startedBackend({
        dataDir,
        destinations: [newDestination("far", { endpoint: receiver.url, services: "all" })],
        forwardRetry: QUICK,
        onLog: (line) => lines.push(line),
      });
    const expected: string[] = [];
    for (let round = 0; round < 3; round++) {
      const backend = await start();
      for (let index = 0; index < 20; index++) {
        expected.push(`span ${round}.${index}`);
        await sendSpan(backend, expected.at(-1) as string);
        await sendLog(backend, expected.at(-1) as string);
      }
      const asked = receiver.asked;
      await receiver.until(() => receiver.asked > asked + 3);
      await backend.close();
    }
    expect(receiver.taken).toEqual([]);
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatchObject({
      level: "warn",
      message: expect.stringMatching(/far takes nothing.*HTTP 503/),
    });
    isDown = false;
    await start();
    await receiver.until(() => receiver.logTexts.length >= expected.length);
    expect(receiver.spanNames).toEqual(expected);
    expect(receiver.logTexts).toEqual(expected);
    // In batches, not one by one.
    expect(receiver.taken.length).toBeLessThan(10);
  });

  test("one that hangs delays neither ingest nor others", async () => {
    const [hanging, well] = [await Receiver.start(), await Receiver.start()];
    hanging.answer = () => new Promise(() => {});
    const backend = await startedBackend({
      destinations: [
        newDestination("hanging", { endpoint: hanging.url, services: "all" }),
        newDestination("well", { endpoint: well.url, services: "all" }),
      ],
    });
    for (let index = 0; index < 20; index++) await sendSpan(backend, `span ${index}`);
    await well.until(() => well.spanNames.length === 20);
    expect(hanging.taken).toEqual([]);
  });

  test("Retry-After is waited for", async () => {
    const receiver = await Receiver.start();
    const times: number[] = [];
    receiver.answer = () => {
      times.push(performance.now());
      return times.length === 1 ? { status: 429, headers: { "retry-after": "1" } } : { status: 200 };
    };
    const backend = await startedBackend({
      destinations: [newDestination("far", { endpoint: receiver.url, services: "all" })],
      forwardRetry: QUICK,
      onLog: () => {},
    });
    await sendSpan(backend, "patient");
    await receiver.until(() => receiver.taken.length === 1);
    expect((times[1] as number) - (times[0] as number)).toBeGreaterThan(950);
  });

  test("what a destination refuses for good is dropped, counted, and warned of once", async () => {
    const receiver = await Receiver.start();
    receiver.answer = ({ traces }) =>
      JSON.stringify(traces.resourceSpans, (_, value) => (typeof value === "bigint" ? 0 : value)).includes(
        "bad",
      )
        ? { status: 400, body: '{"code":3,"message":"no bad ones, says token-123"}' }
        : { status: 200 };
    const lines: LogLine[] = [];
    const backend = await startedBackend({
      destinations: [
        newDestination("far", {
          endpoint: receiver.url,
          services: "all",
          headers: { authorization: "Bearer token-123" },
        }),
      ],
      onLog: (line) => lines.push(line),
    });
    for (const name of ["bad 1", "good 1", "bad 2", "good 2"]) {
      await sendSpan(backend, name);
      const asked = receiver.asked;
      await receiver.until(() => receiver.asked > asked);
    }
    expect(receiver.spanNames).toEqual(["good 1", "good 2"]);
    expect(lines.map(({ message }) => message)).toEqual([
      "Destination far refuses 1 records for good (HTTP 400: no bad ones, says …). They are dropped, and others like them.",
    ]);
    await untilStatus(backend, { sent: 2, refused: 2, rejected: 0, dropped: 0, waitingBytes: 0 });
  });

  test("what may heal is kept: wrong credentials, a wrong address, a redirect", async () => {
    const receiver = await Receiver.start();
    const answers = [401, 403, 404, 307, 500];
    receiver.answer = () => ({ status: answers.shift() ?? 200, headers: { location: "/elsewhere" } });
    const backend = await startedBackend({
      destinations: [newDestination("far", { endpoint: receiver.url, services: "all" })],
      forwardRetry: QUICK,
      onLog: () => {},
    });
    await sendSpan(backend, "stubborn");
    await receiver.until(() => receiver.taken.length === 1);
    expect(receiver.asked).toBe(6);
    expect(receiver.taken[0]?.path).toBe("/v1/traces");
  });

  test("partial success is not sent again, and counted", async () => {
    const receiver = await Receiver.start();
    receiver.answer = () => ({
      status: 200,
      body: '{"partialSuccess":{"rejectedSpans":"1","errorMessage":"too old"}}',
    });
    const lines: LogLine[] = [];
    const backend = await startedBackend({
      destinations: [newDestination("far", { endpoint: receiver.url, services: "all" })],
      onLog: (line) => lines.push(line),
    });
    await post(backend, "/v1/traces", encodeTracesJson(traces([newSpan(), newSpan(), newSpan()])));
    await receiver.until(() => receiver.taken.length === 1);
    await sendLog(backend, "after");
    await receiver.until(() => receiver.logTexts.length === 1);
    expect(receiver.spanNames).toHaveLength(3);
    await untilStatus(backend, { sent: 4, rejected: 1, waitingBytes: 0 });
    const metrics = parseExposition(await (await fetch(`${backend.url}/metrics`)).text());
    const fates = ["sent", "rejected", "refused", "dropped"].map((fate) =>
      sampleOf(metrics, "enterspan_forwarded_records_total", { destination: "far", fate }),
    );
    expect(fates).toEqual([4, 1, 0, 0]);
    expect(sampleOf(metrics, "enterspan_forward_waiting_bytes", { destination: "far" })).toBe(0);
    expect(lines.map(({ message }) => message)).toEqual([
      "Destination far has rejected 1 of 3 records for good: too old.",
    ]);
  });

  test("what is too large is sent in halves, down to the one that never fits", async () => {
    const receiver = await Receiver.start();
    receiver.answer = ({ traces }) => {
      const spans = traces.resourceSpans.flatMap(({ scopeSpans }) =>
        scopeSpans.flatMap(({ spans }) => spans),
      );
      return { status: spans.length > 2 || spans.some(({ name }) => name === "span 6") ? 413 : 200 };
    };
    const lines: LogLine[] = [];
    const backend = await startedBackend({
      destinations: [newDestination("far", { endpoint: receiver.url, services: "all" })],
      onLog: (line) => lines.push(line),
    });
    const spans = Array.from({ length: 9 }, (_, index) => newSpan({ name: `span ${index}` }));
    await post(backend, "/v1/traces", encodeTracesJson(traces(spans)));
    await receiver.until(() => receiver.spanNames.length === 8);
    expect(receiver.spanNames).toEqual([0, 1, 2, 3, 4, 5, 7, 8].map((index) => `span ${index}`));
    expect(lines).toHaveLength(1);
  });

  test("beyond its bound the oldest are dropped and counted; the disk holds no more", async () => {
    const receiver = await Receiver.start();
    receiver.answer = () => ({ status: 503 });
    const dataDir = temporaryDirectory();
    const lines: LogLine[] = [];
    const backend = await startedBackend({
      dataDir,
      destinations: [
        newDestination("far", { endpoint: receiver.url, services: "all", maxQueueBytes: 1_000_000 }),
      ],
      forwardRetry: QUICK,
      onLog: (line) => lines.push(line),
    });
    const filler = [{ key: "filler", value: { stringValue: "x".repeat(20_000) } }];
    const names = Array.from({ length: 100 }, (_, index) => `span ${index}`);
    for (const name of names) {
      const span = newSpan({ name, attributes: filler });
      expect((await post(backend, "/v1/traces", encodeTracesJson(traces([span])))).status).toBe(200);
    }
    const status = (await statusOf(backend, "far")) as unknown as { dropped: number; waitingBytes: number };
    expect(status.waitingBytes).toBeLessThanOrEqual(1_000_000);
    expect(status.dropped).toBeGreaterThan(40);
    receiver.answer = () => ({ status: 200 });
    await receiver.until(() => receiver.spanNames.includes("span 99"));
    expect(receiver.spanNames).toEqual(names.slice(status.dropped));
    expect(lines.filter(({ message }) => message.includes("queue full"))).toHaveLength(1);
  });
});

test("a destination that is this server itself gets nothing, and says why", async () => {
  const lines: LogLine[] = [];
  const port = await freePort();
  const backend = await startedBackend({
    port,
    destinations: [newDestination("self", { endpoint: `http://localhost:${port}`, services: "all" })],
    forwardRetry: QUICK,
    onLog: (line) => lines.push(line),
  });
  await sendSpan(backend, "once");
  await expect.poll(() => lines).toHaveLength(1);
  expect(lines[0]?.message).toContain("its address is this server's own");
  expect(await statusOf(backend, "self")).toMatchObject({ sent: 0 });
});

test("secrets are in no file but those of their owner, in no line and in no answer", async () => {
  const receiver = await Receiver.start();
  receiver.answer = ({ headers }) => ({
    status: 401,
    body: JSON.stringify({ message: `bad ${headers.authorization}` }),
  });
  const lines: LogLine[] = [];
  const dataDir = temporaryDirectory();
  const backend = await startedBackend({
    dataDir,
    destinations: [
      newDestination("far", {
        endpoint: receiver.url,
        services: "all",
        headers: { authorization: "Basic c2VjcmV0" },
      }),
    ],
    forwardRetry: QUICK,
    onLog: (line) => lines.push(line),
  });
  await sendSpan(backend, "work");
  await receiver.until(() => receiver.asked > 1);
  expect(JSON.stringify(await statusOf(backend, "far"))).toContain("HTTP 401: bad …");
  expect(JSON.stringify([lines, await statusOf(backend, "far")])).not.toContain("c2VjcmV0");
  expect(readFileSync(join(dataDir, "forward/far/0000000001.segment")).includes("c2VjcmV0")).toBe(false);
});
