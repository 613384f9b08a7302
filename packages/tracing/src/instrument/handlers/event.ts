// The events that are not requests: scheduled, queue, email, tail; of a Durable Object alarms and its WebSockets'
// messages; calls over RPC. One invocation an event; what each event tells of itself stands in the table.
import type { IncomingContext } from "../../propagation.ts";
import type { InvocationStart, Runtime } from "../../runtime.ts";
import { CONSUMER, SERVER, type SpanKind } from "../../span-record.ts";
import { annotate, type OperationAttributes, traceOperation } from "../operation.ts";
import { Exchange } from "../rpc/exchange.ts";
import type { RpcOperation } from "../rpc/path.ts";
import { NOBODY } from "../rpc/peers.ts";
import { describeRpc } from "../rpc/span.ts";
import type { HandlerContext } from "./context.ts";
import { describeRoot, type Receiver } from "./receiver.ts";
import { runCall, runInvocation } from "./run.ts";

interface EventDescription {
  /** Also the root span's name. Default: the handler's name. */
  type?: string;
  kind: SpanKind;
  /** `faas.trigger`: OpenTelemetry's word where it has one, else the runtime's. */
  trigger: "timer" | "pubsub" | "websocket" | "jsrpc" | "other";
  /** Whether the runtime answers for what was given to `waitUntil` too. */
  answersForBackground?: true;
  attributes: (event: never, handler: string) => OperationAttributes;
}

const RPC = "rpc";

const WEB_SOCKET: EventDescription = {
  type: "websocket",
  kind: SERVER,
  trigger: "websocket",
  attributes: (_, handler) => ({ "enterspan.websocket.event": handler.slice(9).toLowerCase() }),
};

/** By the handler's name. */
export const EVENTS: Record<string, EventDescription> = {
  scheduled: {
    kind: SERVER,
    trigger: "timer",
    answersForBackground: true,
    attributes: ({ cron, scheduledTime }: { cron: string; scheduledTime: number }) => ({
      "faas.cron": cron,
      ...scheduled(scheduledTime),
    }),
  },
  queue: {
    kind: CONSUMER,
    trigger: "pubsub",
    answersForBackground: true,
    attributes: (batch: { queue: string; messages: unknown[] }) => ({
      "cloudflare.queue.name": batch.queue,
      "cloudflare.queue.batch_size": batch.messages.length,
    }),
  },
  email: {
    kind: SERVER,
    trigger: "other",
    attributes: (message: { from: string; to: string; rawSize: number }) => ({
      "cloudflare.email.from": message.from,
      "cloudflare.email.to": message.to,
      "cloudflare.email.size": message.rawSize,
    }),
  },
  tail: {
    kind: CONSUMER,
    trigger: "other",
    attributes: (traces: unknown[]) => ({ "cloudflare.trace.count": traces.length }),
  },
  connect: { kind: SERVER, trigger: "other", attributes: () => ({}) },
  alarm: {
    kind: SERVER,
    trigger: "timer",
    attributes: ({ scheduledTime }: { scheduledTime: number }) => scheduled(scheduledTime),
  },
  webSocketMessage: WEB_SOCKET,
  webSocketClose: WEB_SOCKET,
  webSocketError: WEB_SOCKET,
};

/** A run of a workflow, or what is left of it after a pause: steps that are done give what they gave. */
const WORKFLOW_RUN: EventDescription = {
  type: "workflow",
  kind: CONSUMER,
  trigger: "other",
  attributes: ({ workflowName, instanceId }: { workflowName: string; instanceId: string }) => ({
    "cloudflare.workflow.name": workflowName,
    "cloudflare.workflow.instance_id": instanceId,
  }),
};

/** What an event tells that comes from outside, and whom it is for. */
export interface Delivery {
  /** The handler's name. */
  name: string;
  event: unknown;
  context: HandlerContext;
  receiver: Receiver;
}

export function runEvent<T>(
  runtime: Runtime,
  { name, event, context, receiver }: Delivery,
  handler: () => T | Promise<T>,
): Promise<T> {
  const description =
    receiver.executionModel === "workflow" ? WORKFLOW_RUN : (EVENTS[name] as EventDescription);
  const { type = name, kind, trigger, answersForBackground = false, attributes } = description;
  return runInvocation(runtime, { name: type, kind }, context, (lifetime) => {
    lifetime.answersForBackground = answersForBackground;
    const { root } = lifetime.invocation;
    describeRoot(root, type, trigger, receiver);
    annotate(root, () => attributes(event as never, name));
    return handler();
  });
}

/** What is done over RPC, and where the trace comes from. */
export interface RpcEvent {
  operation: RpcOperation;
  from: IncomingContext;
  /** Of services among the arguments. */
  told?: string | undefined;
}

/** A method that another Worker calls. It returns as it would: what a program calls itself it may need at once. */
export function runRpc<T>(
  runtime: Runtime,
  { name, context, receiver }: Omit<Delivery, "event">,
  args: unknown[],
  call: () => T,
  { operation, from, told = "" }: RpcEvent = { operation: "call", from: {} },
): T {
  const start: InvocationStart = { name: RPC, kind: SERVER, context: from };
  const exchange = new Exchange(runtime);
  return runCall(runtime, start, context, (lifetime) => {
    const { root } = lifetime.invocation;
    describeRoot(root, RPC, "jsrpc", receiver);
    annotate(root, () => ({ "cloudflare.jsrpc.method": name }));
    const span = describeRpc(name, operation, "entrypoint", from.parent?.spanId);
    return traceOperation<T>(runtime, span, (own) => {
      if (own !== undefined) exchange.receive(args, own, told, NOBODY);
      return exchange.lend(call(), root, (word) => exchange.tell(from.parent?.spanId, word));
    });
  });
}

function scheduled(unixMs: number): OperationAttributes {
  return { "cloudflare.scheduled_time": new Date(unixMs).toISOString() };
}
