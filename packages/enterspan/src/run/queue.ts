// A batch of messages for a `queue` handler, and what the handler decided about each: the rules of Queues for consumers.
import { randomUUID } from "node:crypto";
import type { Outcome } from "./context.ts";

/** What stands in the body of a request to the queue's route. */
export interface QueueRequest {
  queue: string;
  messages: { id?: string; timestamp?: number | string; attempts?: number; body: unknown }[];
}

export interface Retry {
  id: string;
  delaySeconds?: number;
}

/** What a queue would do next: forget the acknowledged messages, deliver the others again. */
export interface Verdict {
  outcome: Outcome;
  acks: string[];
  retries: Retry[];
}

type RetryOptions = { delaySeconds?: number } | undefined;
type Decision = { acked: true } | { acked: false; options: RetryOptions };

/** @throws TypeError that says what is wrong with a request's body. */
export function readQueueRequest(value: unknown): QueueRequest {
  const { queue, messages } = (value ?? {}) as Partial<QueueRequest>;
  if (typeof queue !== "string") throw new TypeError('"queue" must be the name of the queue.');
  if (!Array.isArray(messages)) throw new TypeError('"messages" must be a list of messages.');
  for (const [at, message] of messages.entries()) {
    const where = `messages[${at}]`;
    if (typeof message !== "object" || message === null || !("body" in message)) {
      throw new TypeError(`${where} must be an object with a "body".`);
    }
    const { id = "", timestamp = 0, attempts = 1 } = message;
    if (typeof id !== "string") throw new TypeError(`${where}.id must be a string.`);
    if (Number.isNaN(new Date(timestamp).getTime()))
      throw new TypeError(`${where}.timestamp must be a time.`);
    if (!Number.isInteger(attempts) || attempts < 1) {
      throw new TypeError(`${where}.attempts must be a number from 1 on.`);
    }
  }
  return { queue, messages };
}

/** Calls `handle` with the batch. A message's own decision goes before one for all, and the first of each kind counts. */
export async function deliver(
  { queue, messages }: QueueRequest,
  handle: (batch: object) => Promise<Outcome>,
  onError: (error: unknown) => void,
): Promise<Verdict> {
  const decisions = new Map<string, Decision>();
  let common: Decision | undefined;
  const batch = {
    queue,
    messages: messages.map(({ id = randomUUID(), timestamp = Date.now(), attempts = 1, body }) => ({
      id,
      timestamp: new Date(timestamp),
      attempts,
      body,
      ack: () => decide(id, { acked: true }),
      retry: (options?: RetryOptions) => decide(id, { acked: false, options }),
    })),
    ackAll: () => {
      common ??= { acked: true };
    },
    retryAll: (options?: RetryOptions) => {
      common ??= { acked: false, options };
    },
  };
  function decide(id: string, decision: Decision): void {
    if (!decisions.has(id)) decisions.set(id, decision);
  }

  let outcome: Outcome;
  try {
    outcome = await handle(batch);
  } catch (error) {
    outcome = "exception";
    onError(error);
  }
  const verdict: Verdict = { outcome, acks: [], retries: [] };
  for (const { id } of batch.messages) {
    const decision: Decision =
      decisions.get(id) ??
      common ??
      (outcome === "ok" ? { acked: true } : { acked: false, options: undefined });
    if (decision.acked) verdict.acks.push(id);
    else {
      const { delaySeconds } = decision.options ?? {};
      verdict.retries.push({ id, ...(delaySeconds !== undefined && { delaySeconds }) });
    }
  }
  return verdict;
}
