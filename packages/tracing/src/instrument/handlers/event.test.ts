// What each event tells of itself, besides requests: the name and kind of its root span, its trigger, its attributes.
import { decodeTracesJson } from "@enterspan/otlp";
import { expect, it } from "vitest";
import { plain, testRuntime } from "../../recorder.fixture.ts";
import { CONSUMER, SERVER } from "../../span-record.ts";
import { bareContext } from "./context.ts";
import { runEvent } from "./event.ts";
import { HANDLERS_OBJECT, type Receiver } from "./receiver.ts";

async function rootOf(name: string, event: unknown, receiver: Receiver) {
  const { runtime, bodies } = testRuntime();
  const waiting: Promise<unknown>[] = [];
  const context = { ...bareContext(), waitUntil: (promise: Promise<unknown>) => void waiting.push(promise) };
  await runEvent(runtime, { name, event, context, receiver }, () => {});
  await Promise.all(waiting);
  const [root] = decodeTracesJson(bodies[0]?.body ?? "").resourceSpans[0]?.scopeSpans[0]?.spans ?? [];
  return { name: root?.name, kind: root?.kind, attributes: plain(root?.attributes ?? []) };
}

const OBJECT: Receiver = { executionModel: "durableObject", entrypoint: "Room", objectId: "0123" };
const WORKFLOW: Receiver = { executionModel: "workflow", entrypoint: "Flow" };
const TIME = "2026-11-23T00:00:00.000Z";

it.each<
  [handler: string, event: unknown, receiver: Receiver, name: string, kind: number, attributes: object]
>([
  [
    "scheduled",
    { cron: "0 * * * *", scheduledTime: Date.parse(TIME) },
    HANDLERS_OBJECT,
    "scheduled",
    SERVER,
    { "faas.trigger": "timer", "faas.cron": "0 * * * *", "cloudflare.scheduled_time": TIME },
  ],
  [
    "queue",
    { queue: "orders", messages: [{}, {}] },
    HANDLERS_OBJECT,
    "queue",
    CONSUMER,
    { "faas.trigger": "pubsub", "cloudflare.queue.name": "orders", "cloudflare.queue.batch_size": 2 },
  ],
  [
    "email",
    { from: "a@example.com", to: "b@example.com", rawSize: 5 },
    HANDLERS_OBJECT,
    "email",
    SERVER,
    {
      "faas.trigger": "other",
      "cloudflare.email.from": "a@example.com",
      "cloudflare.email.to": "b@example.com",
      "cloudflare.email.size": 5,
    },
  ],
  [
    "tail",
    [{}, {}, {}],
    HANDLERS_OBJECT,
    "tail",
    CONSUMER,
    { "faas.trigger": "other", "cloudflare.trace.count": 3 },
  ],
  [
    "alarm",
    { scheduledTime: Date.parse(TIME) },
    OBJECT,
    "alarm",
    SERVER,
    { "faas.trigger": "timer", "cloudflare.scheduled_time": TIME },
  ],
  ...["Message", "Close", "Error"].map(
    (which) =>
      [
        `webSocket${which}`,
        {},
        OBJECT,
        "websocket",
        SERVER,
        { "faas.trigger": "websocket", "enterspan.websocket.event": which.toLowerCase() },
      ] as [string, unknown, Receiver, string, number, object],
  ),
  [
    "run",
    { workflowName: "flow", instanceId: "1" },
    WORKFLOW,
    "workflow",
    CONSUMER,
    {
      "faas.trigger": "other",
      "cloudflare.workflow.name": "flow",
      "cloudflare.workflow.instance_id": "1",
    },
  ],
])("%s", async (handler, event, receiver, name, kind, attributes) => {
  const root = await rootOf(handler, event, receiver);
  expect(root).toMatchObject({ name, kind, attributes });
  expect(root.attributes).toMatchObject({
    "cloudflare.handler_type": name,
    "cloudflare.execution_model": receiver.executionModel,
    ...(receiver.entrypoint && { "cloudflare.entrypoint": receiver.entrypoint }),
    ...(receiver.objectId && { "cloudflare.durable_object.id": receiver.objectId }),
  });
});
