// The handlers that are not requests: scheduled, queue, email, tail. One invocation an event; what each event tells of
// itself stands in the table.
import type { Runtime } from "../../runtime.ts";
import { CONSUMER, SERVER, type SpanKind } from "../../span-record.ts";
import { annotate, type OperationAttributes } from "../operation.ts";
import { type HandlerContext, runInvocation } from "./lifetime.ts";

interface EventDescription {
  kind: SpanKind;
  /** `faas.trigger`, from OpenTelemetry's list. */
  trigger: "timer" | "pubsub" | "other";
  attributes: (event: never) => OperationAttributes;
}

export const EVENTS: Record<string, EventDescription> = {
  scheduled: {
    kind: SERVER,
    trigger: "timer",
    attributes: (event: { cron: string; scheduledTime: number }) => ({
      "faas.cron": event.cron,
      "cloudflare.scheduled_time": new Date(event.scheduledTime).toISOString(),
    }),
  },
  queue: {
    kind: CONSUMER,
    trigger: "pubsub",
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
};

export function runEvent<T>(
  runtime: Runtime,
  name: string,
  event: unknown,
  context: HandlerContext,
  handler: () => T | Promise<T>,
): Promise<T> {
  const description = EVENTS[name] as EventDescription;
  return runInvocation(runtime, { name, kind: description.kind }, context, (lifetime) => {
    annotate(lifetime.invocation.root, () => ({
      "faas.trigger": description.trigger,
      "cloudflare.handler_type": name,
      "cloudflare.execution_model": "stateless",
      ...description.attributes(event as never),
    }));
    return handler();
  });
}
