// Live tail with the official client and real WebSockets: what arrives, what is refused, what a slow reader gets.

import { once } from "node:events";
import { request } from "node:http";
import { encodeLogsJson, encodeTracesJson } from "@enterspan/otlp";
import Cloudflare, { BadRequestError } from "cloudflare";
import { expect, onTestFinished, test, vi } from "vitest";
import { WebSocket as WsClient } from "ws";
import { post, startedBackend } from "../backend.fixture.ts";
import type { Backend } from "../index.ts";
import {
  CLOSE,
  type LiveTailMessage,
  LiveTails,
  TAIL_EXPIRES_MS,
  type TailSocket,
} from "../query/live-tail.ts";
import { attributesOf, EPOCH, logs, newLog, newSpan, newTraceId, traces } from "../records.fixture.ts";
import type { Store } from "../store/store.ts";

type Params = Omit<Cloudflare.Workers.Observability.TelemetryLiveTailParams, "account_id">;

const telemetryOf = (backend: Backend) =>
  new Cloudflare({ baseURL: `${backend.url}/client/v4`, apiToken: "any", maxRetries: 0 }).workers
    .observability.telemetry;

const prepare = async (backend: Backend, params: Params = {}) =>
  (await telemetryOf(backend).liveTail({ account_id: "any", ...params })).wsUrl;

/** An open WHATWG WebSocket, as a page has it, and what it has received. */
async function tail(wsUrl: string) {
  const socket = new WebSocket(wsUrl);
  onTestFinished(() => socket.close());
  const messages: LiveTailMessage[] = [];
  let wake = () => {};
  socket.addEventListener("message", ({ data }) => {
    messages.push(JSON.parse(String(data)));
    wake();
  });
  const closed = new Promise<CloseEvent>((resolve) => socket.addEventListener("close", resolve));
  await new Promise((resolve, reject) => {
    socket.addEventListener("open", resolve);
    socket.addEventListener("error", () => reject(new Error("the WebSocket failed")));
  });
  const names = () =>
    messages.flatMap(({ events }) => events.map(({ $metadata }) => $metadata.spanName ?? $metadata.message));
  return {
    socket,
    messages,
    names,
    closed,
    /** Resolves when something of this name has arrived. */
    async until(name: string): Promise<void> {
      while (!names().includes(name)) await new Promise<void>((resolve) => (wake = resolve));
    },
  };
}

const send = (backend: Backend, spans: Parameters<typeof newSpan>[0][], service?: string) =>
  post(backend, "/v1/traces", encodeTracesJson(traces(spans.map(newSpan), service)));

test("events that pass arrive after their commit, oldest first, with what the view events has", async () => {
  const backend = await startedBackend();
  await send(backend, [{ name: "before", attributes: attributesOf({ tier: "gold" }) }]);
  const filters = [{ key: "tier", operation: "eq", type: "string", value: "gold" }] as const;
  const all = await tail(await prepare(backend));
  const gold = await tail(await prepare(backend, { filters: [...filters] }));
  const ofShop = await tail(await prepare(backend, { scriptId: "shop" }));
  const traceId = newTraceId();
  await send(backend, [
    { name: "second", startTimeUnixNano: EPOCH + 2n, attributes: attributesOf({ tier: "gold" }), traceId },
    { name: "first", startTimeUnixNano: EPOCH + 1n, attributes: attributesOf({ tier: "free" }), traceId },
  ]);
  await post(
    backend,
    "/v1/logs",
    encodeLogsJson(logs([newLog({ traceId, timeUnixNano: EPOCH + 3n, body: { stringValue: "said" } })])),
  );
  await send(backend, [{ name: "elsewhere", startTimeUnixNano: EPOCH + 4n }], "other");
  await send(backend, [
    { name: "last", startTimeUnixNano: EPOCH + 5n, attributes: attributesOf({ tier: "gold" }) },
  ]);
  await Promise.all([all.until("last"), gold.until("last"), ofShop.until("last")]);
  expect(all.names()).toEqual(["first", "second", "said", "elsewhere", "last"]);
  expect(gold.names()).toEqual(["second", "last"]);
  expect(ofShop.names()).toEqual(["first", "second", "said", "last"]);
  expect(all.messages.every(({ type, skipped }) => type === "events" && !skipped)).toBe(true);
  const { events } = await telemetryOf(backend).query({
    account_id: "any",
    queryId: "q",
    view: "events",
    timeframe: { from: 0, to: Date.now() },
    parameters: { filters: [...filters] },
  });
  const stored = events?.events?.find(({ $metadata }) => $metadata.spanName === "second");
  expect(gold.messages[0]?.events[0]).toEqual(stored);
});

test("what is sent again is not told again", async () => {
  const backend = await startedBackend();
  const { until, names } = await tail(await prepare(backend));
  const body = encodeTracesJson(traces([newSpan({ name: "once" })]));
  await post(backend, "/v1/traces", body);
  await post(backend, "/v1/traces", body);
  await send(backend, [{ name: "end", startTimeUnixNano: EPOCH + 1n }]);
  await until("end");
  expect(names()).toEqual(["once", "end"]);
});

test("filters at fault are refused when the tail is prepared", async () => {
  const backend = await startedBackend();
  const refused = async (params: object) => {
    const error = await prepare(backend, params as Params).catch((fault: unknown) => fault);
    expect(error).toBeInstanceOf(BadRequestError);
    return (error as BadRequestError).errors[0]?.message;
  };
  expect(await refused({ filters: [{ key: "a", operation: "regex", type: "string", value: "(" }] })).toMatch(
    "not valid RE2",
  );
  expect(await refused({ filters: [{ key: "a", operation: "like", type: "string" }] })).toMatch(
    "filters[0].operation",
  );
  expect(await refused({ scriptId: "" })).toMatch("scriptId");
  for (let count = 0; count < 32; count++) await prepare(backend);
  expect(await refused({})).toMatch("32 live tails are open, which is the limit; close one");
});

/** How a request to upgrade ends: 101 or the status of its refusal. */
async function upgraded(url: string, options: { origin?: string; headers?: Record<string, string> } = {}) {
  const socket = new WsClient(url, options);
  socket.on("error", () => {});
  const status = await Promise.race([
    once(socket, "open").then(() => 101),
    once(socket, "unexpected-response").then(([, response]) => response.statusCode as number),
  ]);
  socket.terminate();
  return status;
}

test("pages of other sites, other hosts and guessed ids get no WebSocket", async () => {
  const backend = await startedBackend();
  const url = await prepare(backend);
  const { host } = new URL(url);
  expect(await upgraded(url, { origin: "https://evil.example" })).toBe(403);
  expect(await upgraded(url, { origin: "null" })).toBe(403);
  expect(await upgraded(url, { origin: "http://localhost:1" })).toBe(403);
  expect(await upgraded(url, { headers: { "sec-fetch-site": "cross-site" } })).toBe(403);
  expect(await upgraded(url, { headers: { host: "evil.example" }, origin: "http://evil.example" })).toBe(403);
  expect(await upgraded(url.replace(/[0-9a-f]{32}$/, "0".repeat(32)))).toBe(404);
  expect(await upgraded(`ws://${host}/api/live`)).toBe(400);
  expect(await upgraded(`ws://${host}/`)).toBe(404);
  expect(await upgraded(url, { origin: `http://${host}` })).toBe(101);
  expect((await fetch(url.replace("ws:", "http:"))).status).toBe(426);
});

test("a request that would rather have HTTP/2 is served as it came", async () => {
  const backend = await startedBackend();
  const headers = {
    connection: "Upgrade, HTTP2-Settings",
    upgrade: "h2c",
    "http2-settings": "AAMAAABkAAQAAP__",
  };
  const sent = request(`${backend.url}/v1/traces`, {
    method: "POST",
    headers: { ...headers, "content-type": "application/json" },
  });
  sent.end(encodeTracesJson(traces([newSpan()])));
  const [response] = await once(sent, "response");
  response.resume();
  expect(response.statusCode).toBe(200);
});

test("a tail has one reader, and ends with the server", async () => {
  const backend = await startedBackend();
  const url = await prepare(backend);
  const first = await tail(url);
  const second = await tail(url);
  expect((await first.closed).code).toBe(CLOSE.replaced);
  await send(backend, [{ name: "for the second" }]);
  await second.until("for the second");
  await backend.close();
  expect((await second.closed).code).toBe(CLOSE.goingAway);
  expect(first.names()).toEqual([]);
});

test("a reader that does not keep up loses events, not the server its memory, and is told", async () => {
  const backend = await startedBackend();
  const socket = new WsClient(await prepare(backend));
  await once(socket, "open");
  onTestFinished(() => socket.terminate());
  const witness = await tail(await prepare(backend));
  socket.pause();
  const text = "x".repeat(60_000);
  // Each fits a message, and together they are more than sockets of any system hold.
  for (let round = 0; round < 12; round++) {
    const name = `round ${round}`;
    await send(
      backend,
      Array.from({ length: 15 }, () => ({ name, attributes: attributesOf({ text }) })),
    );
    await witness.until(name);
  }
  const received: LiveTailMessage[] = [];
  socket.on("message", (data) => received.push(JSON.parse(String(data))));
  socket.resume();
  while (!received.at(-1)?.events.some(({ $metadata }) => $metadata.spanName === "caught up")) {
    await send(backend, [{ name: "caught up" }]);
    await once(socket, "message");
  }
  expect(received.some(({ skipped }) => skipped)).toBe(true);
  expect(witness.messages.some(({ skipped }) => skipped)).toBe(false);
  expect(received.flatMap(({ events }) => events).length).toBeLessThan(witness.names().length);
});

test("more than a message takes: the newest are kept and the rest is told", async () => {
  const backend = await startedBackend();
  const { until, messages, names } = await tail(await prepare(backend));
  await send(
    backend,
    Array.from({ length: 600 }, (_, at) => ({ name: `s${at}`, startTimeUnixNano: EPOCH + BigInt(at) })),
  );
  await until("s599");
  expect([messages[0]?.skipped, names().length, names()[0]]).toEqual([true, 500, "s100"]);
});

test("without heartbeats a tail ends, connected or not; another script's do not keep it", async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const closes: number[] = [];
  const socket: TailSocket = { bufferedAmount: 0, send: () => {}, close: (code) => closes.push(code) };
  const store: Pick<Store, "listEvents"> = { listEvents: async () => [] };
  const tails = new LiveTails(store as Store, (fault) => expect(fault).toBeUndefined());
  const kept = await tails.prepare("me", { scriptId: "shop" });
  const lost = await tails.prepare("me", {});
  const never = await tails.prepare("you", { scriptId: "shop" });
  tails.connect(kept, socket);
  tails.connect(lost, socket);
  vi.advanceTimersByTime(TAIL_EXPIRES_MS - 1);
  expect(tails.heartbeat("me", { scriptId: "shop" })).toBe(1);
  vi.advanceTimersByTime(1);
  expect([kept, lost, never].map((id) => tails.has(id))).toEqual([true, false, false]);
  expect(closes).toEqual([CLOSE.expired]);
  expect(tails.heartbeat("me", {})).toBe(0);
  tails.connect(lost, socket);
  expect(closes).toEqual([CLOSE.expired, CLOSE.expired]);
  vi.advanceTimersByTime(TAIL_EXPIRES_MS);
  expect(tails.has(kept)).toBe(false);
});

test("heartbeats come from the official client", async () => {
  const backend = await startedBackend();
  await prepare(backend, { scriptId: "shop" });
  const telemetry = telemetryOf(backend);
  expect(await telemetry.liveTailHeartbeat({ account_id: "any", scriptId: "shop" })).toEqual({ tails: 1 });
  expect(await telemetry.liveTailHeartbeat({ account_id: "other", scriptId: "shop" })).toEqual({ tails: 0 });
});
