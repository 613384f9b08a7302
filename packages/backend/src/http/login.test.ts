// The login: a token once, then a cookie that scripts, other sites and other servers on this machine have no use for.

import { expect, test } from "vitest";
import { createToken, revokeToken } from "../auth/token-files.ts";
import { startedBackend, temporaryDirectory } from "../backend.fixture.ts";
import type { Backend } from "../index.ts";
import { localPath } from "./login.ts";

async function guarded() {
  const dataDir = temporaryDirectory();
  const { token, record } = createToken(dataDir, { scopes: ["admin"], name: "me" });
  return { backend: await startedBackend({ dataDir, requireTokens: true }), dataDir, token, record };
}

function login(backend: Backend, fields: Record<string, string>, headers: Record<string, string> = {}) {
  return fetch(`${backend.url}/login`, {
    method: "POST",
    redirect: "manual",
    headers: { origin: backend.url, "sec-fetch-site": "same-origin", ...headers },
    body: new URLSearchParams(fields),
  });
}

const cookieOf = (answer: Response) => (answer.headers.get("set-cookie") ?? "").split(";")[0] as string;

test("a token is asked for once; the cookie it gives reads, and is not the token", async () => {
  const { backend, token } = await guarded();
  const answer = await login(backend, { token, to: "/traces/1?x=2" });
  expect([answer.status, answer.headers.get("location")]).toEqual([303, "/traces/1?x=2"]);
  const set = answer.headers.get("set-cookie") as string;
  expect(set).toMatch(new RegExp(`^enterspan_${backend.port}=`));
  expect(set).toContain("; HttpOnly");
  expect(set).toContain("; SameSite=Strict");
  expect(set).not.toContain(token);
  const cookie = cookieOf(answer);
  const asked = await fetch(`${backend.url}/api/traces`, { headers: { cookie: `other=1; ${cookie}` } });
  expect(asked.status).toBe(200);
  const session = async (headers: Record<string, string>) =>
    (await fetch(`${backend.url}/api/session`, { headers })).json();
  expect(await session({ cookie })).toEqual({ isLoggedIn: true });
  expect(await session({ authorization: `Bearer ${token}` })).toEqual({ isLoggedIn: false });
  const out = await fetch(`${backend.url}/logout`, {
    method: "POST",
    redirect: "manual",
    headers: { cookie },
  });
  expect(out.headers.get("set-cookie")).toContain("Max-Age=0");
});

test("over TLS the cookie stays on TLS", async () => {
  const { backend, token } = await guarded();
  const host = new URL(backend.url).host;
  const answer = await login(backend, { token }, { origin: `https://${host}` });
  expect(answer.headers.get("set-cookie")).toContain("; Secure");
});

test("a cookie sends no telemetry: a page on this machine could, with whoever is logged in", async () => {
  const { backend, token } = await guarded();
  const cookie = cookieOf(await login(backend, { token }));
  const sent = await fetch(`${backend.url}/v1/traces`, {
    method: "POST",
    headers: { cookie, "content-type": "application/json" },
    body: "{}",
  });
  expect(sent.status).toBe(401);
});

test("a session ends with its token", async () => {
  const { backend, dataDir, token, record } = await guarded();
  const cookie = cookieOf(await login(backend, { token }));
  revokeToken(dataDir, record.id);
  const status = async () => (await fetch(`${backend.url}/api/traces`, { headers: { cookie } })).status;
  await expect.poll(status).toBe(401);
});

test("a wrong token is told so, on a page that says nothing it was told", async () => {
  const { backend } = await guarded();
  const answer = await login(backend, {
    token: "<script>alert(1)</script>",
    to: '"><script>alert(1)</script>',
  });
  expect(answer.status).toBe(401);
  expect(answer.headers.get("set-cookie")).toBeNull();
  expect(await answer.text()).not.toContain("<script>");
  expect(answer.headers.get("content-security-policy")).toContain("default-src 'none'");
  expect(answer.headers.get("content-security-policy")).not.toContain("unsafe");
});

test("another site cannot log a browser in", async () => {
  const { backend, token } = await guarded();
  for (const headers of [
    { origin: "https://evil.example", "sec-fetch-site": "cross-site" },
    { origin: "http://localhost:1", "sec-fetch-site": "same-site" },
    { origin: "null", "sec-fetch-site": "cross-site" },
  ]) {
    expect((await login(backend, { token }, headers)).status).toBe(403);
  }
});

test("a form that is too large is not read", async () => {
  const { backend } = await guarded();
  const answer = await login(backend, { token: "x".repeat(10_000) });
  expect(answer.status).toBe(413);
});

test.each([
  ["/traces/1?a=b#c", "/traces/1?a=b#c"],
  ["//evil.example", "/"],
  ["//evil.example/path", "/"],
  ["/.//evil.example", "/"],
  ["/x/..//evil.example", "/"],
  ["/\\evil.example", "/"],
  ["/\t/evil.example", "/"],
  ["https://evil.example", "/"],
  ["javascript:alert(1)", "/"],
  ["", "/"],
  [undefined, "/"],
])("after the login %s leads to %s", (to, path) => {
  expect(localPath(to)).toBe(path);
});
