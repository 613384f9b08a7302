// What `enterspan dev` stores of a Worker: every request's whole trace, however many come at once, and nothing that is not
// the Worker's own: no request of ours, of wrangler's or of its simulators. And no secret.
import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import type { TraceListResponse, TraceSummary, WireSpan } from "@enterspan/backend/contract";
import { afterAll, beforeAll, expect, it } from "vitest";
import {
  enterspanDev,
  isOver,
  type RunningDev,
  readTrace,
  shape,
  temporaryDir,
  traceWhere,
} from "./enterspan.fixture.ts";

const REQUESTS = 400;
const AT_ONCE = 50;

let dir: Awaited<ReturnType<typeof temporaryDir>>;
let dev: RunningDev;

beforeAll(async () => {
  dir = await temporaryDir(join(import.meta.dirname, "workers/busy"));
  dev = await enterspanDev(join(dir.path, "wrangler.jsonc"));
});

afterAll(async () => {
  await dev?.stop();
  await dir?.[Symbol.asyncDispose]();
});

async function stored(): Promise<TraceSummary[]> {
  const answer = await fetch(`${dev.collectorUrl}/api/traces?limit=1000`);
  return ((await answer.json()) as TraceListResponse).traces;
}

function attributesOf({ attributes }: WireSpan): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}

it(`keeps every trace of ${REQUESTS} requests, ${AT_ONCE} at once, each whole and with its own spans`, async () => {
  const ids = Array.from({ length: REQUESTS }, (_, i) => `r${i}`);
  const waiting = ids.values();
  const client = async () => {
    for (const id of waiting) {
      const answer = await fetch(`${dev.url}/work?id=${id}`);
      expect(await answer.text()).toBe(`${id},,${id}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, client));

  await expect.poll(async () => (await stored()).filter(isOver).length).toBe(REQUESTS);
  const traces = await Promise.all(
    (await stored()).map(({ traceId }) => readTrace(dev.collectorUrl, traceId)),
  );
  const whole = [["GET", ["work", ["kv_put"], ["kv_get"], ["kv_get"], ["query", ["d1_first"]], ["answer"]]]];
  const seen = traces.map((trace) => {
    expect(shape(trace)).toEqual(whole);
    const [root, work, put, first] = trace.spans.map(attributesOf);
    const id = work?.["request.id"];
    expect(root).toMatchObject({ "url.full": `${dev.url}/work?id=${id}`, "cloudflare.outcome": "ok" });
    expect([put?.["cloudflare.kv.query.keys"], first?.["cloudflare.kv.query.keys"]]).toEqual([id, id]);
    return id;
  });
  expect(new Set(seen)).toEqual(new Set(ids));
}, 180_000);

it("stores nothing but the Worker's own events, whatever else is asked of the server", async () => {
  const before = (await stored()).length;
  // A browser's own request is one like any other.
  expect((await fetch(`${dev.url}/favicon.ico`)).status).toBe(404);
  expect((await fetch(`${dev.url}/cdn-cgi/local/scheduled?cron=0+*+*+*+*`)).status).toBe(200);
  // wrangler builds and looks whether its Worker is there again; these pages are wrangler's own, or not there.
  await appendFile(join(dir.path, "index.js"), "// edited\n");
  await dev.printed(/Reloaded/);
  await fetch(`${dev.url}/cdn-cgi/local/explorer`);
  await fetch(`${dev.url}/cdn-cgi/local/platform-proxy`);
  await fetch(`${dev.collectorUrl}/api/traces`);
  await traceWhere(dev.collectorUrl, ({ rootName }) => rootName === "scheduled");
  await fetch(`${dev.url}/work?id=last`);
  await expect.poll(async () => (await stored()).length).toBe(before + 3);
  const added = (await stored()).slice(0, 3);
  expect(added.map(({ rootName, services }) => [rootName, services])).toEqual([
    ["GET /work", ["busy"]],
    ["scheduled", ["busy"]],
    ["GET /favicon.ico", ["busy"]],
  ]);
});

it("tells of an email who sent it, and to whom it was passed on", async () => {
  const query = new URLSearchParams({ from: "a@example.com", to: "b@example.com" });
  const mail = "From: a@example.com\r\nTo: b@example.com\r\nMessage-ID: <1@example.com>\r\n\r\nhello\r\n";
  const answer = await fetch(`${dev.url}/cdn-cgi/local/email?${query}`, { method: "POST", body: mail });
  expect(answer.status).toBe(200);
  const trace = await traceWhere(dev.collectorUrl, ({ rootName }) => rootName === "email");
  expect(shape(trace)).toEqual([["email", ["forward_email"], ["forward_email"]]]);
  const [root, forward] = trace.spans.map(attributesOf);
  expect(root).toMatchObject({ "cloudflare.email.from": "a@example.com" });
  expect(forward).toMatchObject({
    "cloudflare.binding.type": "SendEmail",
    "cloudflare.send_email.from": "a@example.com",
    "cloudflare.send_email.to": "archive@example.com",
    "cloudflare.send_email.message.bytes": String(mail.length),
  });
});

it("keeps secrets of requests from what is stored", async () => {
  const secret = "s3cr3t";
  await fetch(`${dev.url}/secret?token=${secret}&page=2`, {
    headers: { authorization: `Bearer ${secret}`, cookie: `session=${secret}`, "x-api-key": secret },
  });
  const { traceId } = await traceWhere(dev.collectorUrl, ({ rootName }) => rootName === "GET /secret");
  const trace = await readTrace(dev.collectorUrl, traceId);
  expect(attributesOf(trace.spans[0] as WireSpan)["url.full"]).toBe(
    `${dev.url}/secret?token=REDACTED&page=2`,
  );
  expect(JSON.stringify(trace)).not.toContain(secret);
});
