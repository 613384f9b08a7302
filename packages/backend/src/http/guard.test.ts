// Pages of other sites, and names that were made to point at this machine, get nothing.

import { request } from "node:http";
import { describe, expect, test } from "vitest";
import { startedBackend } from "../backend.fixture.ts";
import type { Backend } from "../index.ts";
import { hostAllowed } from "./guard.ts";

/** fetch sets Host and Origin itself; this does not. */
function ask(
  backend: Backend,
  path: string,
  headers: Record<string, string>,
  method = "GET",
): Promise<{ status: number; headers: NodeJS.Dict<string | string[]> }> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port: backend.port, path, method, headers }, (response) => {
      response
        .resume()
        .on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers }));
    });
    sent.on("error", reject).end(method === "POST" ? "{}" : undefined);
  });
}

test("a Host that is not ours is refused on every route", async () => {
  const backend = await startedBackend();
  for (const path of ["/", "/api/traces", "/healthz", "/v1/traces"]) {
    expect((await ask(backend, path, { host: "evil.example" })).status).toBe(403);
    expect((await ask(backend, path, { host: `evil.example:${backend.port}` })).status).toBe(403);
  }
  expect((await ask(backend, "/healthz", { host: "localhost:1" })).status).toBe(200);
});

test("other sites' pages are refused, our own and programs are not", async () => {
  const backend = await startedBackend();
  const host = `localhost:${backend.port}`;
  const status = async (headers: Record<string, string>, path = "/api/traces") =>
    (await ask(backend, path, { host, ...headers })).status;
  expect(await status({})).toBe(200);
  expect(await status({ origin: `http://${host}` })).toBe(200);
  expect(await status({ origin: "https://evil.example" })).toBe(403);
  expect(await status({ origin: "null" })).toBe(403);
  expect(await status({ origin: "http://localhost:1" })).toBe(403);
  expect(await status({ "sec-fetch-site": "cross-site" })).toBe(403);
  // Another server on this machine is of the same site.
  expect(await status({ "sec-fetch-site": "same-site" })).toBe(403);
  expect(await status({ "sec-fetch-site": "none" })).toBe(200);
  expect(await status({ origin: "https://evil.example", accept: "text/event-stream" }, "/api/live")).toBe(
    403,
  );
  expect(await status({ "sec-fetch-site": "same-origin" })).toBe(200);
  const query = "/client/v4/accounts/a/workers/observability/telemetry/query";
  expect((await ask(backend, query, { host, origin: "https://evil.example" }, "POST")).status).toBe(403);
});

test("pages on this machine may export spans, with the CORS headers their browser wants", async () => {
  const backend = await startedBackend();
  const headers = {
    host: `localhost:${backend.port}`,
    origin: "http://localhost:3000",
    "content-type": "application/json",
  };
  const preflight = await ask(backend, "/v1/traces", headers, "OPTIONS");
  expect(preflight).toMatchObject({
    status: 204,
    headers: { "access-control-allow-origin": "http://localhost:3000" },
  });
  const posted = await ask(backend, "/v1/traces", headers, "POST");
  expect(posted).toMatchObject({
    status: 200,
    headers: { "access-control-allow-origin": "http://localhost:3000" },
  });
  expect(
    (await ask(backend, "/v1/traces", { ...headers, origin: "https://evil.example" }, "POST")).status,
  ).toBe(403);
});

describe("hosts", () => {
  test.each<[string, string, string[], boolean]>([
    ["localhost:4318", "127.0.0.1", [], true],
    ["app.localhost", "127.0.0.1", [], true],
    ["127.0.0.1:4318", "127.0.0.1", [], true],
    ["[::1]:4318", "::1", [], true],
    ["localhost.evil.example", "127.0.0.1", [], false],
    ["127.0.0.1.evil.example", "127.0.0.1", [], false],
    ["192.168.1.5:4318", "127.0.0.1", [], false],
    ["192.168.1.5:4318", "0.0.0.0", [], true],
    ["evil.example", "0.0.0.0", [], false],
    ["traces.corp.example", "0.0.0.0", ["traces.corp.example"], true],
    ["", "127.0.0.1", [], false],
  ])("%s on %s with %j: %s", (header, host, allowedHosts, allowed) => {
    expect(hostAllowed(header, { host, allowedHosts })).toBe(allowed);
  });
});
