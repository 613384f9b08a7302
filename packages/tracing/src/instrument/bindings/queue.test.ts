// A producer gets what the program sends and nothing else, and a consumer in the same isolate is linked to it.

import { decodeTracesJson } from "@enterspan/otlp";
import { expect, it, vi } from "vitest";
import { record, shape, testRuntime } from "../../recorder.fixture.ts";
import { SERVER } from "../../span-record.ts";
import { deliver, instrumentEnv } from "../env.fixture.ts";
import type { HandlerContext } from "../handlers/context.ts";
import { runInvocation } from "../handlers/run.ts";

class WorkerQueue {
  readonly calls: unknown[][] = [];
  async send(...args: unknown[]): Promise<object> {
    this.calls.push(args);
    if (args[0] === "too large") throw new Error("Queue send failed: Payload Too Large");
    return { metadata: {} };
  }
  async sendBatch(...args: unknown[]): Promise<object> {
    this.calls.push(args);
    return { metadata: {} };
  }
}

function instrumented({ runtime } = testRuntime()) {
  const queue = new WorkerQueue();
  instrumentEnv(runtime, { QUEUE: queue });
  return queue;
}

it("sends the very arguments, in spans that name the binding", async () => {
  const queue = instrumented();
  const body = { a: 1 };
  const options = { contentType: "json" };
  const batch = [{ body }];
  const { root, result } = await record(async () => [
    await queue.send(body, options),
    await queue.sendBatch(batch),
  ]);
  expect(result).toMatchObject({ value: [{ metadata: {} }, { metadata: {} }] });
  expect(shape(root)).toEqual(["root", ["queue_send"], ["queue_sendBatch"]]);
  expect(root?.children.map(({ attributes }) => attributes)).toEqual([
    { "cloudflare.binding.name": "QUEUE" },
    { "cloudflare.binding.name": "QUEUE" },
  ]);
  expect(queue.calls.map(([first]) => first)).toEqual([body, batch]);
  expect(queue.calls[0]?.[0]).toBe(body);
  expect(queue.calls[0]?.[1]).toBe(options);
  expect(queue.calls[1]?.[0]).toBe(batch);
  expect(body).toEqual({ a: 1 });
  expect([Object.keys(queue), queue.send.name, queue.send.length]).toEqual([["calls"], "send", 0]);
});

it("names the queue that the binding leads to, where the configuration says", async () => {
  const queue = instrumented(testRuntime({ bindings: { QUEUE: { resource: "orders" } } }));
  const { root } = await record(() => queue.send(1));
  expect(root?.children[0]?.attributes["cloudflare.queue.name"]).toBe("orders");
});

it("goes through no batch that can be gone through only once", async () => {
  const queue = instrumented();
  const batch = (function* () {
    yield { body: 1 };
  })();
  const { root } = await record(() => queue.sendBatch(batch));
  expect(shape(root)).toEqual(["root", ["queue_sendBatch"]]);
  expect([...batch]).toEqual([{ body: 1 }]);
});

it("leaves to the platform what it cannot read, and runs no getter", async () => {
  const queue = instrumented();
  const getter = vi.fn();
  const hostile = Object.defineProperty({}, "body", { get: getter });
  const { result } = await record(async () => [
    await queue.sendBatch([null]),
    await queue.sendBatch([undefined, 1]),
    await queue.sendBatch([hostile]),
  ]);
  expect(result.status).toBe("fulfilled");
  expect(getter).not.toHaveBeenCalled();
});

it.each<[string, (queue: WorkerQueue) => unknown]>([
  ["no message", (queue) => queue.send()],
  ["no messages", (queue) => queue.sendBatch([])],
])("%s is no span", async (_what, call) => {
  const queue = instrumented();
  expect(shape((await record(() => call(queue))).root)).toEqual(["root"]);
});

/** What a program sends, and then a consumer gets, in one isolate. */
async function delivered(send: (queue: WorkerQueue) => Promise<unknown>, ...bodies: unknown[]) {
  const { runtime, bodies: sent } = testRuntime();
  const queue = instrumented({ runtime, bodies: sent });
  const waiting: Promise<unknown>[] = [];
  const context: HandlerContext = { waitUntil: (promise) => void waiting.push(promise) };
  await runInvocation(runtime, { name: "producer", kind: SERVER }, context, () => send(queue)).catch(
    () => {},
  );
  const messages = bodies.map((body, id) => ({ id: String(id), timestamp: new Date(), attempts: 1, body }));
  await deliver(runtime, messages, { waitUntil: (promise) => void waiting.push(promise) });
  await Promise.all(waiting);
  const spans = sent
    .filter(({ url }) => url.endsWith("/v1/traces"))
    .flatMap(({ body }) => decodeTracesJson(body).resourceSpans)
    .flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
  const named = (name: string) => spans.filter((span) => span.name === name);
  const links = named("queue")[0]?.links.map(({ traceId, spanId }) => [traceId, spanId]);
  return { links, idsOf: (name: string) => named(name).map(({ traceId, spanId }) => [traceId, spanId]) };
}

it("links a consumer's root to the spans that sent its messages, each once", async () => {
  const { links, idsOf } = await delivered(
    async (queue) => {
      await queue.send({ order: 1 });
      await queue.sendBatch([{ body: "a" }, { body: "b" }]);
    },
    { order: 1 },
    "a",
    "b",
  );
  expect(links).toEqual([...idsOf("queue_send"), ...idsOf("queue_sendBatch")]);
});

it("links to nobody where the message is from elsewhere, or its sender was told that it failed", async () => {
  expect((await delivered((queue) => queue.send("one"), "another")).links).toEqual([]);
  expect((await delivered((queue) => queue.send("too large"), "too large")).links).toEqual([]);
});
