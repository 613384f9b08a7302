// Messages of queues across isolates: the receiver, where it is an enterspan, is told of what was sent, and asked who has
// sent what was delivered. Nothing here rejects: without an answer an event links to nobody.
import type { Delivered, SentMessage, SentMessages } from "../instrument/sent-messages.ts";
import type { RemoteSpan } from "../propagation.ts";
import type { Runtime } from "../runtime.ts";

const PATH = "/api/sent-messages";

/** The sender's word may still be on its way. */
const ASKED_AGAIN_AFTER_MS = 100;

/** Messages of one word or question; of more the receiver hears nothing. */
const MAX_MESSAGES = 1_000;

export async function tellOfSent({ exporter }: Runtime, sent: SentMessage[]): Promise<void> {
  try {
    await exporter.say(PATH, JSON.stringify({ sent: sent.slice(0, MAX_MESSAGES) }));
  } catch {
    // It is away.
  }
}

/** Those who have sent `delivered` and are not known here. */
export async function findSenders(
  { host, exporter }: Runtime,
  messages: SentMessages,
  delivered: readonly Delivered[],
): Promise<RemoteSpan[]> {
  const known = new Set(messages.sendersOf(delivered).map(({ spanId }) => spanId));
  for (const pauseMs of [0, ASKED_AGAIN_AFTER_MS]) {
    const outlines = messages.unknownOf(delivered).slice(0, MAX_MESSAGES);
    if (outlines.length === 0) break;
    if (pauseMs > 0) await host.sleep(pauseMs);
    try {
      const { body = "" } = await exporter.say(`${PATH}/search`, JSON.stringify({ outlines }));
      messages.learn((JSON.parse(body) as { sent: SentMessage[] }).sent);
    } catch {
      // It is away, or no enterspan.
    }
  }
  return messages.sendersOf(delivered).filter(({ spanId }) => !known.has(spanId));
}
