// Queues. Producers: send, sendBatch and metrics. Messages take nothing of ours along; a consumer finds the spans that have sent
// them by what it gets.
import { attempt } from "../../attempt.ts";
import type { Invocation } from "../../invocation.ts";
import type { Runtime } from "../../runtime.ts";
import { findSenders, tellOfSent } from "../../send/messages.ts";
import { invocationOf } from "../../span.ts";
import { PRODUCER } from "../../span-record.ts";
import type { Instrumentations } from "../env.ts";
import { activeLifetime, lifetimeOf } from "../handlers/lifetime.ts";
import { traceMethod } from "../operation.ts";
import { type Delivered, type SentMessage, SentMessages } from "../sent-messages.ts";

type Method = (this: unknown, ...args: unknown[]) => Promise<unknown>;

/** The part of a producer that is wrapped. */
export type QueueProducer = Record<"send" | "sendBatch" | "metrics", Method>;

export const queues: Instrumentations = { WorkerQueue: instrumentQueue, queue: linkToSenders };

/** What each isolate has sent. */
const sentBy = new WeakMap<Runtime, SentMessages>();

function messagesOf(runtime: Runtime): SentMessages {
  const messages = sentBy.get(runtime) ?? new SentMessages(runtime.host.wallNow);
  sentBy.set(runtime, messages);
  return messages;
}

/** Links the event that delivers a batch to the spans that have sent its messages. */
function linkToSenders(runtime: Runtime, { messages: delivered }: { messages: Delivered[] }): void {
  const lifetime = activeLifetime();
  if (!lifetime?.invocation.sampled) return;
  const messages = messagesOf(runtime);
  lifetime.link(messages.sendersOf(delivered));
  if (runtime.config.inFlight) lifetime.findCauses = () => findSenders(runtime, messages, delivered);
}

export function instrumentQueue(runtime: Runtime, producer: QueueProducer, bindingName: string): void {
  const attributes = () => ({
    "cloudflare.binding.name": bindingName,
    "cloudflare.queue.name": runtime.config.bindings[bindingName]?.resource,
  });
  traceMethod(runtime, producer, "metrics", () => ({ name: "queue_metrics", attributes }));
  const trace = (method: "send" | "sendBatch", bodiesOf: (sent: unknown) => unknown[]) => {
    const send = producer[method];
    traceMethod(runtime, producer, method, (args, self) => {
      const [sent] = args as [{ length?: unknown } | undefined];
      // What is nothing the platform refuses before it sends it.
      if (sent === undefined || (method === "sendBatch" && sent?.length === 0)) return undefined;
      let settle: ((isSent: boolean) => SentMessage[]) | undefined;
      let invocation: Invocation | undefined;
      const settled = (isSent: boolean) => {
        const taken = settle?.(isSent) ?? [];
        if (runtime.config.inFlight && taken.length > 0) {
          lifetimeOf(invocation)?.keepAlive(tellOfSent(runtime, taken));
        }
        return {};
      };
      return {
        name: `queue_${method}`,
        kind: PRODUCER,
        attributes,
        instead(span) {
          const { traceId, spanId } = span.spanContext();
          invocation = invocationOf(span);
          const { traceState = "" } = invocation ?? {};
          const sender = { traceId, spanId, sampled: true, traceState };
          settle = attempt(() => messagesOf(runtime).send(sender, bodiesOf(sent)));
          return send.apply(self, args);
        },
        resultAttributes() {
          return settled(true);
        },
        errorAttributes() {
          return settled(false);
        },
      };
    });
  };
  trace("send", (body) => [body]);
  // Anything but an array may be what can be gone through only once, and a body that is no plain field a getter.
  trace("sendBatch", (messages) =>
    Array.isArray(messages)
      ? messages.map((message) => Object.getOwnPropertyDescriptor(message, "body")?.value)
      : [],
  );
}
