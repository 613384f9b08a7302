// Those who ask too much, too slowly or too deeply, over plain sockets where a client would not do it.

import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { encodeTracesJson } from "@enterspan/otlp";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { post, startedBackend, temporaryDirectory } from "../backend.fixture.ts";
import { attributesOf, newSpan, newTraceId, traces } from "../records.fixture.ts";
import { Buckets, peerOf } from "./peers.ts";
import { rawAnswer, rawConnection, statusOf } from "./raw.fixture.ts";

const QUERY = "/client/v4/accounts/a/workers/observability/telemetry/query";

const isAlive = async (url: string) => (await fetch(`${url}/healthz`)).status === 200;

test("headers that come a byte at a time are cut off, and keep nobody waiting", async () => {
  const backend = await startedBackend({ limits: { headersMs: 300 } });
  const slow = Array.from({ length: 50 }, () => rawConnection(backend.port));
  for (const { socket } of slow) socket.write("GET /healthz HTTP/1.1\r\nHost: localh");
  expect(await isAlive(backend.url)).toBe(true);
  const dripping = setInterval(() => {
    for (const { socket } of slow) socket.write("x");
  }, 50);
  onTestFinished(() => clearInterval(dripping));
  for (const { closed } of slow) expect(statusOf(await closed)).toBe(408);
});

test("a body that never ends is cut off", async () => {
  const backend = await startedBackend({ limits: { requestMs: 400, headersMs: 300 } });
  const { socket, closed } = rawConnection(backend.port);
  socket.write(
    "POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n",
  );
  const dripping = setInterval(() => socket.write("1\r\n \r\n"), 50);
  onTestFinished(() => clearInterval(dripping));
  await closed;
  expect(await isAlive(backend.url)).toBe(true);
});

test("a connection on which nothing happens is closed", async () => {
  const backend = await startedBackend({ limits: { silenceMs: 200 } });
  expect(await rawConnection(backend.port).closed).toBe("");
});

test("an answer that is not read is given up", async () => {
  const dataDir = temporaryDirectory();
  const filled = await startedBackend({ dataDir });
  const traceId = newTraceId();
  const attributes = attributesOf({ long: "x".repeat(8_000_000) });
  // More in all than the kernel keeps for us.
  for (let i = 0; i < 2; i++) {
    await post(filled, "/v1/traces", encodeTracesJson(traces([newSpan({ traceId, attributes })])));
  }
  await filled.close();
  const backend = await startedBackend({ dataDir, limits: { silenceMs: 1_500 } });
  const { socket } = rawConnection(backend.port);
  socket.pause();
  socket.write(`GET /api/traces/${traceId} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  await once(socket, "connect");
  const localPort = socket.localPort as number;
  expect(await isOpen(backend.port, localPort)).toBe(true);
  await expect.poll(() => isOpen(backend.port, localPort)).toBe(false);
  expect(await isAlive(backend.url)).toBe(true);
});

test("answers that wait to be taken are only so large together", async () => {
  const dataDir = temporaryDirectory();
  const backend = await startedBackend({ dataDir, limits: { unreadBytes: 30_000_000 } });
  const traceId = newTraceId();
  const attributes = attributesOf({ long: "x".repeat(8_000_000) });
  await post(backend, "/v1/traces", encodeTracesJson(traces([newSpan({ traceId, attributes })])));
  const request = `GET /api/traces/${traceId} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
  const [modest, greedy] = [rawConnection(backend.port), rawConnection(backend.port)];
  for (const { socket } of [modest, greedy]) socket.pause();
  modest.socket.write(request);
  greedy.socket.write(request.repeat(20));
  await once(greedy.socket, "connect");
  const localPort = greedy.socket.localPort as number;
  await expect.poll(() => isOpen(backend.port, localPort)).toBe(false);
  modest.socket.resume();
  await expect.poll(() => modest.received().length).toBeGreaterThan(8_000_000);
});

/** Whether the kernel still has the server's end of a connection of ours. */
async function isOpen(port: number, localPort: number): Promise<boolean> {
  const end = (of: number) => `0100007F:${of.toString(16).toUpperCase().padStart(4, "0")}`;
  const connections = await readFile("/proc/net/tcp", "utf8");
  return connections.includes(` ${end(port)} ${end(localPort)} 01 `);
}

test("there are only so many connections", async () => {
  const backend = await startedBackend({ limits: { connectionsPerPeer: 5 } });
  const open = Array.from({ length: 5 }, () => rawConnection(backend.port));
  await Promise.all(open.map(({ socket }) => once(socket, "connect")));
  // The server has seen them once it has answered on one.
  open[4]?.socket.write("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
  await expect.poll(() => open[4]?.received()).toContain("200 OK");
  expect(await rawConnection(backend.port).closed).toBe("");
  open[0]?.socket.destroy();
  const answer = () => rawAnswer(backend.port, ["GET /healthz HTTP/1.1", "Host: localhost"]);
  await expect.poll(async () => statusOf(await answer())).toBe(200);
});

test("more requests than the rate get 429 with the time to wait, in the route's own words", async () => {
  const limits = { requestBurst: 3, requestsPerSecond: 0.01, ingestBurst: 1, ingestPerSecond: 0.01 };
  const backend = await startedBackend({ limits });
  const statuses: number[] = [];
  for (const path of ["/api/services", "/healthz", "/nowhere", "/api/services"]) {
    statuses.push((await fetch(backend.url + path)).status);
  }
  expect(statuses).toEqual([200, 200, 404, 429]);
  const refused = await fetch(`${backend.url}/api/services`);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(10);
  expect(await refused.json()).toMatchObject({ error: { code: "too_many_requests" } });
  expect((await post(backend, "/v1/traces", "{}")).status).toBe(200);
  const telemetry = await post(backend, "/v1/traces", "{}");
  expect([telemetry.status, ((await telemetry.json()) as { code: number }).code]).toEqual([429, 14]);
  expect(telemetry.headers.get("retry-after")).not.toBeNull();
});

test("requests in progress are counted until their answer is over", async () => {
  const backend = await startedBackend({ limits: { requestsAtOnce: 2 } });
  const live = await Promise.all([1, 2].map(() => fetch(`${backend.url}/api/live`)));
  expect((await fetch(`${backend.url}/api/services`)).status).toBe(429);
  await Promise.all(live.map((stream) => stream.body?.cancel()));
  await expect.poll(async () => (await fetch(`${backend.url}/api/services`)).status).toBe(200);
});

test("a question is neither large nor deep", async () => {
  const backend = await startedBackend();
  const deep = `{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
  const answer = await post(backend, QUERY, deep);
  expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining("deeper than")]);
  expect((await post(backend, QUERY, `"${"x".repeat(3_000_000)}"`)).status).toBe(413);
  // Brackets in texts nest nothing.
  const flat = await post(backend, QUERY, JSON.stringify({ queryId: "[".repeat(1_000) }));
  expect(await flat.text()).not.toContain("deeper");
});

test("too many or too long headers are refused", async () => {
  const backend = await startedBackend();
  const long = await rawAnswer(backend.port, [`GET /${"x".repeat(20_000)} HTTP/1.1`, "Host: localhost"]);
  expect(statusOf(long)).toBe(431);
  expect(await isAlive(backend.url)).toBe(true);
});

test("requests that two readers would read differently are refused", async () => {
  const backend = await startedBackend();
  const smuggled = "0\r\n\r\nGET /api/traces HTTP/1.1\r\nHost: localhost\r\n\r\n";
  const head = ["POST /v1/traces HTTP/1.1", "Host: localhost", "Content-Type: application/json"];
  for (const headers of [
    ["Content-Length: 4", "Transfer-Encoding: chunked"],
    ["Content-Length: 1", "Content-Length: 2"],
    ["Transfer-Encoding: xchunked"],
  ]) {
    expect(statusOf(await rawAnswer(backend.port, [...head, ...headers], smuggled))).toBe(400);
  }
  expect(statusOf(await rawAnswer(backend.port, ["GET /healthz HTTP/1.1"]))).toBe(400);
  const twice = await rawAnswer(backend.port, [
    "GET /healthz HTTP/1.1",
    "Host: localhost",
    "Host: evil.example",
  ]);
  expect(statusOf(twice)).toBe(403);
});

test("a bucket never gives more than its burst and its rate", () => {
  const steps = fc.array(fc.nat(2_000), { maxLength: 200 });
  fc.assert(
    fc.property(
      steps,
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 1, max: 50 }),
      (waits, rate, burst) => {
        const buckets = new Buckets(rate, burst);
        let nowMs = 0;
        let given = 0;
        for (const wait of waits) {
          nowMs += wait;
          const seconds = buckets.take("peer", nowMs);
          if (seconds === 0) given++;
          else expect(seconds).toBeLessThanOrEqual(Math.ceil(1 / rate));
        }
        expect(given).toBeLessThanOrEqual(burst + (nowMs / 1000) * rate + 1e-6);
      },
    ),
  );
});

test.each([
  ["10.0.0.1", "10.0.0.1"],
  ["::ffff:10.0.0.1", "10.0.0.1"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
  ["2001:db8::6", "2001:db8:0:0"],
  ["::1", "0:0:0:0"],
  ["fe80::1%eth0", "fe80:0:0:0"],
  [undefined, ""],
])("%s is the peer %s", (address, peer) => {
  expect(peerOf(address)).toBe(peer);
});

test("a request that asks to upgrade is answered like any other, and holds nothing", async () => {
  const backend = await startedBackend();
  const upgrade = ["Host: localhost", "Connection: Upgrade", "Upgrade: websocket"];
  const lines = [...upgrade, "Content-Type: application/json", "Content-Length: 2"];
  const statuses: number[] = [];
  for (const head of ["GET /api/export?signal=traces", "GET /api/live", "POST /v1/traces"]) {
    const { socket, received } = rawConnection(backend.port);
    socket.write(`${[`${head} HTTP/1.1`, ...lines].join("\r\n")}\r\n\r\n{}`);
    await expect.poll(() => statusOf(received())).toBeGreaterThan(0);
    statuses.push(statusOf(received()));
  }
  expect(statuses).toEqual([400, 400, 200]);
});
