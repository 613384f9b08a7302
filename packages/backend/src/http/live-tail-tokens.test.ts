// Who gets a live tail's WebSocket where tokens are required: by header, by cookie, and by nothing else that a client may
// think of; not for pages of other sites, and not for longer than the token is good.

import { once } from "node:events";
import { encodeTracesJson } from "@enterspan/otlp";
import { expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { createToken, revokeToken } from "../auth/token-files.ts";
import { startedBackend, temporaryDirectory } from "../backend.fixture.ts";
import type { BackendOptions } from "../index.ts";
import { newSpan, traces } from "../records.fixture.ts";

const LIVE_TAIL = "/client/v4/accounts/any/workers/observability/telemetry/live-tail";

type Scope = "ingest" | "read" | "admin";

async function guarded(options: Partial<BackendOptions> = {}) {
  const dataDir = temporaryDirectory();
  const make = (scope: Scope) => createToken(dataDir, { scopes: [scope], name: scope });
  const tokens = { ingest: make("ingest"), read: make("read"), admin: make("admin") };
  const backend = await startedBackend({ dataDir, requireTokens: true, ...options });
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  const ask = (path: string, token: string) =>
    fetch(backend.url + path, {
      method: "POST",
      headers: { "content-type": "application/json", ...bearer(token) },
      body: "{}",
    });
  const prepared = await ask(LIVE_TAIL, tokens.read.token);
  const { wsUrl } = ((await prepared.json()) as { result: { wsUrl: string } }).result;
  const login = await fetch(`${backend.url}/login`, {
    method: "POST",
    redirect: "manual",
    body: new URLSearchParams({ token: tokens.read.token }),
  });
  const cookie = (login.headers.get("set-cookie") as string).split(";", 1)[0] as string;
  return { backend, dataDir, tokens, bearer, ask, wsUrl, cookie };
}

function connection(url: string, headers: Record<string, string> = {}, protocols: string[] = []) {
  const socket = new WebSocket(url, protocols, { headers });
  onTestFinished(() => socket.terminate());
  socket.on("error", () => {});
  const status = Promise.race([
    once(socket, "open").then(() => 101),
    once(socket, "unexpected-response").then(([, response]) => response.statusCode as number),
  ]);
  return { socket, status };
}

const statusOf = async (...asked: Parameters<typeof connection>) => {
  const { socket, status } = connection(...asked);
  const answered = await status;
  socket.terminate();
  return answered;
};

test("a token with the scope opens it, any other does not", async () => {
  const { wsUrl, tokens, bearer, ask } = await guarded();
  expect(await statusOf(wsUrl)).toBe(401);
  expect(await statusOf(wsUrl, bearer("wrong"))).toBe(401);
  expect(await statusOf(wsUrl, bearer(tokens.ingest.token))).toBe(403);
  expect(await statusOf(wsUrl, bearer(tokens.read.token))).toBe(101);
  expect(await statusOf(wsUrl, bearer(tokens.admin.token))).toBe(101);
  for (const path of [LIVE_TAIL, `${LIVE_TAIL}/heartbeat`]) {
    expect((await ask(path, tokens.ingest.token)).status).toBe(403);
    expect((await ask(path, tokens.read.token)).status).toBe(200);
  }
});

test("a token elsewhere than in its header opens nothing", async () => {
  const { wsUrl, tokens } = await guarded();
  const { token } = tokens.read;
  for (const name of ["token", "access_token", "authorization"]) {
    expect(await statusOf(`${wsUrl}?${name}=${token}`)).toBe(401);
  }
  // As some servers take it from browsers, which can send no header.
  expect(await statusOf(wsUrl, {}, ["bearer", token])).toBe(401);
  expect(await statusOf(wsUrl, { "x-authorization": `Bearer ${token}` })).toBe(401);
  expect(
    await statusOf(wsUrl, { authorization: `Basic ${Buffer.from(`:${token}`).toString("base64")}` }),
  ).toBe(401);
});

test("the login's cookie opens it for the page itself and for no other site", async () => {
  const { backend, wsUrl, tokens, bearer, cookie } = await guarded();
  const own = `http://127.0.0.1:${backend.port}`;
  expect(await statusOf(wsUrl, { cookie, origin: own })).toBe(101);
  for (const origin of [
    "https://evil.example",
    "null",
    `http://127.0.0.1:${backend.port + 1}`,
    "http://localhost",
  ]) {
    expect([origin, await statusOf(wsUrl, { cookie, origin })]).toEqual([origin, 403]);
    expect([origin, await statusOf(wsUrl, { ...bearer(tokens.read.token), origin })]).toEqual([origin, 403]);
  }
  expect(await statusOf(wsUrl, { cookie, "sec-fetch-site": "cross-site" })).toBe(403);
  expect(await statusOf(wsUrl, { cookie, origin: own, host: "evil.example" })).toBe(403);
  expect(await statusOf(wsUrl, { cookie: cookie.replace(/=.*/, `=${tokens.read.token}`), origin: own })).toBe(
    401,
  );
  expect(await statusOf(wsUrl, { cookie: cookie.replace(/_\d+=/, "_1="), origin: own })).toBe(401);
  // A header that is wrong is not made good by a cookie.
  expect(await statusOf(wsUrl, { cookie, origin: own, ...bearer("wrong") })).toBe(401);
});

test("guessing is slowed down here too", async () => {
  const { wsUrl, bearer, tokens } = await guarded({ limits: { failureBurst: 3, failuresPerSecond: 0.001 } });
  const statuses: number[] = [];
  for (let at = 0; at < 5; at++) statuses.push(await statusOf(wsUrl, bearer(`wrong${at}`)));
  expect(statuses).toEqual([401, 401, 401, 429, 429]);
  expect(await statusOf(wsUrl, bearer(tokens.read.token))).toBe(101);
});

test("what goes on ends when its token is revoked, other clients' heartbeats or not", async () => {
  const { backend, dataDir, tokens, bearer, ask, wsUrl, cookie } = await guarded();
  const other = createToken(dataDir, { scopes: ["read"], name: "other" });
  await expect.poll(async () => (await ask(LIVE_TAIL, other.token)).status).toBe(200);
  const { socket, status } = connection(wsUrl, bearer(tokens.read.token));
  expect(await status).toBe(101);
  const closed = once(socket, "close");
  const streams = await Promise.all(
    [bearer(tokens.read.token), { cookie }].map((headers: Record<string, string>) =>
      fetch(`${backend.url}/api/live`, { headers }),
    ),
  );
  const kept = await fetch(`${backend.url}/api/live`, { headers: bearer(other.token) });
  revokeToken(dataDir, tokens.read.record.id);
  expect((await ask(`${LIVE_TAIL}/heartbeat`, other.token)).status).toBe(200);
  await closed;
  for (const stream of streams) await expect(stream.text()).rejects.toThrow();
  const reader = kept.body?.getReader() as ReadableStreamDefaultReader<Uint8Array>;
  await reader.read();
  await fetch(`${backend.url}/v1/traces`, {
    method: "POST",
    headers: { "content-type": "application/json", ...bearer(tokens.ingest.token) },
    body: encodeTracesJson(traces([newSpan()])),
  });
  expect(Buffer.from((await reader.read()).value as Uint8Array).toString()).toContain("event: changed");
  await reader.cancel();
});
