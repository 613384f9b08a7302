// Who may do what once tokens are required: every route, by program and by browser, and what attackers make of paths,
// headers and cookies.

import Cloudflare from "cloudflare";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createToken, revokeToken } from "../auth/token-files.ts";
import { startedBackend, temporaryDirectory } from "../backend.fixture.ts";
import { startBackend } from "../index.ts";
import { scopeOf } from "./authorize.ts";
import { OPENAPI } from "./openapi.ts";
import { rawAnswer, statusOf } from "./raw.fixture.ts";

const QUERY = "/client/v4/accounts/a/workers/observability/telemetry/query";

async function guarded() {
  const dataDir = temporaryDirectory();
  const make = (scope: "ingest" | "read" | "admin") => createToken(dataDir, { scopes: [scope], name: scope });
  const tokens = { ingest: make("ingest"), read: make("read"), admin: make("admin") };
  const backend = await startedBackend({ dataDir, requireTokens: true });
  const ask = (path: string, token?: string, method = "GET", headers: Record<string, string> = {}) =>
    fetch(backend.url + path, {
      method,
      redirect: "manual",
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(method === "POST" && { "content-type": "application/json" }),
        ...headers,
      },
      ...(method === "POST" && { body: "{}" }),
    });
  return { backend, dataDir, tokens, ask };
}

test("an address that others reach is not listened on without a token, and the error says how to make one", async () => {
  const dataDir = temporaryDirectory();
  const open = { dataDir, port: 0, host: "0.0.0.0" };
  await expect(startBackend(open)).rejects.toMatchObject({
    code: "token_missing",
    message: expect.stringContaining(`enterspan token --data ${dataDir}`),
  });
  const { token } = createToken(dataDir, { scopes: ["read"], name: "" });
  const backend = await startedBackend(open);
  const traces = (headers: Record<string, string>) =>
    fetch(`http://127.0.0.1:${backend.port}/api/traces`, { headers });
  expect((await traces({})).status).toBe(401);
  expect((await traces({ authorization: `Bearer ${token}` })).status).toBe(200);
});

test("a token that was given must not be short", async () => {
  const tokens = [{ token: "password", scopes: ["admin" as const] }];
  const options = { dataDir: temporaryDirectory(), port: 0, tokens };
  await expect(startBackend(options)).rejects.toMatchObject({ code: "token_too_short" });
});

test("without a token no route of the document does anything but health", async () => {
  const { backend } = await guarded();
  for (const [template, methods] of Object.entries(OPENAPI.paths)) {
    const path = template.replaceAll(/\{\w+\}/g, "a");
    for (const method of Object.keys(methods)) {
      const answer = await fetch(backend.url + path, { method: method.toUpperCase(), redirect: "manual" });
      const isPublic = ["/healthz", "/readyz", "/login", "/logout"].includes(path);
      expect([method, path, answer.status === 401]).toEqual([method, path, !isPublic]);
      await answer.body?.cancel();
    }
  }
});

test("each scope opens its own routes and no others", async () => {
  const { tokens, ask } = await guarded();
  const outcomes = async (path: string, method: string) =>
    Promise.all(
      (["ingest", "read", "admin"] as const).map(
        async (scope) => (await ask(path, tokens[scope].token, method)).status,
      ),
    );
  expect(await outcomes("/v1/traces", "POST")).toEqual([200, 403, 200]);
  expect(await outcomes("/v1/logs", "POST")).toEqual([200, 403, 200]);
  expect(await outcomes("/api/traces", "GET")).toEqual([403, 200, 200]);
  expect(await outcomes(QUERY, "POST")).toEqual([403, 400, 400]);
  // What changes something needs admin, also where there is nothing.
  expect(await outcomes("/client/v4/accounts/a/workers/observability/destinations", "POST")).toEqual([
    403, 403, 400,
  ]);
  expect(await outcomes("/api/anything", "DELETE")).toEqual([403, 403, 404]);
});

test("the official client works with its token, and only with it", async () => {
  const { backend, tokens } = await guarded();
  const keys = (apiToken: string) =>
    new Cloudflare({
      baseURL: `${backend.url}/client/v4`,
      apiToken,
      maxRetries: 0,
    }).workers.observability.telemetry.keys({
      account_id: "any",
    });
  await expect(keys(tokens.read.token)).resolves.toBeDefined();
  await expect(keys("wrong")).rejects.toMatchObject({ status: 401 });
});

test("OTLP's refusals are google.rpc.Status, with the header that names the way", async () => {
  const { ask } = await guarded();
  const answer = await ask("/v1/traces", undefined, "POST");
  expect(answer.headers.get("www-authenticate")).toContain("Bearer");
  expect(await answer.json()).toMatchObject({
    code: 16,
    message: expect.stringContaining("enterspan token"),
  });
});

test("a revoked token is forgotten, a new one known, within a second or so", async () => {
  const { dataDir, tokens, ask } = await guarded();
  expect((await ask("/api/traces", tokens.read.token)).status).toBe(200);
  revokeToken(dataDir, tokens.read.record.id);
  const { token } = createToken(dataDir, { scopes: ["read"], name: "new" });
  const statusWith = async (which: string) => (await ask("/api/traces", which)).status;
  await expect.poll(() => statusWith(tokens.read.token)).toBe(401);
  expect(await statusWith(token)).toBe(200);
});

test("no spelling of a path or a header gets past", async () => {
  const { backend, tokens } = await guarded();
  const host = `Host: localhost:${backend.port}`;
  for (const path of [
    "/api/traces",
    "/%61pi/traces",
    "/api%2ftraces",
    "//api/traces",
    "/./api/traces",
    "/x/../api/traces",
    "/api/traces?x=/healthz",
    "/api/traces#/healthz",
    "/api/traces/%2e%2e/%2e%2e/healthz",
    `http://localhost:${backend.port}/api/traces`,
    "/API/traces",
  ]) {
    const answer = await rawAnswer(backend.port, [`GET ${path} HTTP/1.1`, host]);
    expect([path, answer.includes('"traces":')]).toEqual([path, false]);
    expect([path, statusOf(answer) < 500]).toEqual([path, true]);
  }
  const { token } = tokens.read;
  for (const header of [
    `Authorization: ${token}`,
    `Authorization: Basic ${Buffer.from(`:${token}`).toString("base64")}`,
    `Authorization: Bearer ${token},${token}`,
    `Authorization: Bearer ${token} x`,
    `X-Authorization: Bearer ${token}`,
    `Cookie: enterspan_${backend.port}=${token}`,
    "X-Forwarded-For: 127.0.0.1",
    "X-HTTP-Method-Override: OPTIONS",
  ]) {
    const answer = await rawAnswer(backend.port, ["GET /api/traces HTTP/1.1", host, header]);
    expect([header.split(":")[0], statusOf(answer)]).toEqual([header.split(":")[0], 401]);
  }
  const right = await rawAnswer(backend.port, [
    "GET /api/traces HTTP/1.1",
    host,
    `Authorization: bearer ${token}`,
  ]);
  expect(statusOf(right)).toBe(200);
});

test("guessing tokens is slowed down, also while the right one goes on working", async () => {
  const dataDir = temporaryDirectory();
  const { token } = createToken(dataDir, { scopes: ["read"], name: "" });
  const limits = { failureBurst: 5, failuresPerSecond: 0.001 };
  const backend = await startedBackend({ dataDir, requireTokens: true, limits });
  const ask = (which: string) =>
    fetch(`${backend.url}/api/traces`, { headers: { authorization: `Bearer ${which}` } });
  const statuses: number[] = [];
  for (let i = 0; i < 7; i++) statuses.push((await ask(`wrong${i}`)).status);
  expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429]);
  expect(Number((await ask("wrong")).headers.get("retry-after"))).toBeGreaterThan(1);
  expect((await ask(token)).status).toBe(200);
});

test("whatever the path, what is not a page or health needs a scope", () => {
  const family = fc.constantFrom("/api", "/v1", "/client", "/metrics");
  fc.assert(
    fc.property(
      family,
      fc.webPath(),
      fc.constantFrom("GET", "POST", "PUT", "DELETE"),
      (root, rest, method) => {
        expect(scopeOf(method, root + rest)).toBeDefined();
        expect(scopeOf(method === "GET" ? "POST" : method, `/other${rest}`)).toBe("admin");
      },
    ),
  );
});
