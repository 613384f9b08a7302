// Two isolates that know nothing of each other, and a receiver that both tell and ask.
import { decodeTracesJson } from "@enterspan/otlp";
import { expect, it } from "vitest";
import type { Host } from "../host.ts";
import { deliver, instrumentEnv } from "../instrument/env.fixture.ts";
import type { HandlerContext } from "../instrument/handlers/context.ts";
import { runInvocation } from "../instrument/handlers/run.ts";
import { testRuntime } from "../recorder.fixture.ts";
import { SERVER } from "../span-record.ts";

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
  const host = { post: to.post, sleep: async () => {} };
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
  };
}

it("links to the sender in another isolate, of whose body the receiver is told nothing", async () => {
  const { links, sender, asked, told } = await cross(receiver(), true);
  expect([links, asked]).toEqual([[sender], 1]);
  expect(told[0]?.body).not.toContain("order");
});

it("asks again, once, for a sender whose word comes late", async () => {
  const { links, sender, asked } = await cross(receiver({ late: true }), true);
  expect([links, asked]).toEqual([[sender], 2]);
});

it("links to nobody while the receiver is away", async () => {
  const { links, asked } = await cross(receiver({ away: true }), true);
  expect([links, asked]).toEqual([[], 2]);
});

it("says nothing of it to a receiver that is no enterspan", async () => {
  const { links, asked, told } = await cross(receiver(), false);
  expect([links, asked, told]).toEqual([[], 0, []]);
});
