// Two isolates that know nothing of each other, and a receiver that both tell and ask.
import { decodeTracesJson } from "@enterspan/otlp";
import { expect, it } from "vitest";
import type { Host } from "../host.ts";
import { deliver, instrumentEnv } from "../instrument/env.fixture.ts";
import type { HandlerContext } from "../instrument/handlers/context.ts";
import { runInvocation } from "../instrument/handlers/run.ts";
import { SentMessages } from "../instrument/sent-messages.ts";
import { testRuntime } from "../recorder.fixture.ts";
import { SERVER } from "../span-record.ts";
import { findSenders, tellOfSent } from "./messages.ts";

class WorkerQueue {
  async send(_body: unknown): Promise<object> {
    return {};
  }
}

/** What each isolate posted, and what the receiver answers of senders: `late` answers the second question. */
function receiver({ late = false, away = false } = {}) {
  const posted: { path: string; body: string }[] = [];
  let told: unknown[] = [];
  const post: Host["post"] = async (url, _headers, body) => {
    const path = new URL(url).pathname;
    const isFirst = !posted.some((one) => one.path === path);
    posted.push({ path, body });
    if (away && path.startsWith("/api/")) throw new TypeError("fetch failed");
    if (path === "/api/sent-messages") told = JSON.parse(body).sent;
    const sent = late && isFirst ? [] : told;
    return { status: 200, body: path === "/api/sent-messages/search" ? JSON.stringify({ sent }) : "" };
  };
  return { posted, post };
}

/** Sends a message in one isolate and delivers it in another; resolves when all is sent. */
async function cross(to: ReturnType<typeof receiver>, inFlight: boolean) {
  const pauses: number[] = [];
  const host = { post: to.post, sleep: async (ms: number) => void pauses.push(ms) };
  const [producer, consumer] = [testRuntime({ inFlight }, host), testRuntime({ inFlight }, host)];
  const waiting: Promise<unknown>[] = [];
  const context = (): HandlerContext => ({ waitUntil: (promise) => void waiting.push(promise) });
  const queue = new WorkerQueue();
  instrumentEnv(producer.runtime, { QUEUE: queue });
  await runInvocation(producer.runtime, { name: "producer", kind: SERVER }, context(), () =>
    queue.send({ order: 1 }),
  );
  await Promise.all(waiting);
  const messages = [{ id: "1", timestamp: new Date(), attempts: 1, body: { order: 1 } }];
  await deliver(consumer.runtime, messages, context());
  await Promise.all(waiting);
  const spans = to.posted
    .filter(({ path }) => path === "/v1/traces")
    .flatMap(({ body }) => decodeTracesJson(body).resourceSpans)
    .flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
  const spanOf = (name: string) => spans.find((span) => span.name === name);
  return {
    links: spanOf("queue")?.links.map(({ spanId }) => spanId),
    sender: spanOf("queue_send")?.spanId,
    asked: to.posted.filter(({ path }) => path === "/api/sent-messages/search").length,
    told: to.posted.filter(({ path }) => path === "/api/sent-messages"),
    pauses,
  };
}

it("links to the sender in another isolate, of whose body the receiver is told nothing", async () => {
  const { links, sender, asked, told } = await cross(receiver(), true);
  expect([links, asked]).toEqual([[sender], 1]);
  expect(told[0]?.body).not.toContain("order");
});

it("asks again, once, for a sender whose word comes late", async () => {
  const { links, sender, asked, pauses } = await cross(receiver({ late: true }), true);
  expect([links, asked]).toEqual([[sender], 2]);
  expect(pauses).toContain(100);
});

it("links to nobody while the receiver is away", async () => {
  const { links, asked } = await cross(receiver({ away: true }), true);
  expect([links, asked]).toEqual([[], 2]);
});

it("says nothing of it to a receiver that is no enterspan", async () => {
  const { links, asked, told } = await cross(receiver(), false);
  expect([links, asked, told]).toEqual([[], 0, []]);
});

/** Messages that the receiver knows the senders of, but for those that this isolate has sent. */
function many(count: number) {
  const bodies = Array.from({ length: count }, (_, i) => ({ order: i }));
  const sender = { traceId: "a".repeat(32), sampled: true, traceState: "" };
  const elsewhere = new SentMessages(Date.now).send({ ...sender, spanId: "b".repeat(16) }, bodies)(true);
  const here = new SentMessages(Date.now);
  const asked: string[][] = [];
  const post: Host["post"] = async (_url, _headers, body) => {
    asked.push(JSON.parse(body).outlines ?? JSON.parse(body).sent);
    return { status: 200, body: JSON.stringify({ sent: elsewhere }) };
  };
  const { runtime } = testRuntime({}, { post, sleep: async () => {} });
  const delivered = bodies.map((body, i) => ({ id: String(i), timestamp: new Date(), body }));
  return { runtime, sender, elsewhere, here, asked, delivered };
}

it("finds those senders alone that are not known here", async () => {
  const { runtime, sender, here, delivered } = many(2);
  here.send({ ...sender, spanId: "c".repeat(16) }, [{ order: 0 }])(true);
  const found = await findSenders(runtime, here, delivered);
  expect(found.map(({ spanId }) => spanId)).toEqual(["b".repeat(16)]);
  expect(here.sendersOf(delivered)).toHaveLength(2);
});

it("tells of, and asks for, at most 1,000 messages at once", async () => {
  const { runtime, elsewhere, here, asked, delivered } = many(1_001);
  await tellOfSent(runtime, elsewhere);
  await findSenders(runtime, here, delivered);
  expect(asked.map((list) => list.length).slice(0, 2)).toEqual([1_000, 1_000]);
});
