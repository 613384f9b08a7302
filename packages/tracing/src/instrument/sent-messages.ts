// What this isolate has sent to queues, so that the event that delivers a message can name the span that sent it. A
// message has no room for a trace's context that its consumer would not see, so none is put there: what both ends see of
// it anyway, its body and the time at which the queue took it, tells which one it is.
import { MAX_SENT_MESSAGES } from "../limits.ts";
import type { RemoteSpan } from "../propagation.ts";
import { bytesOf } from "./bytes.ts";

interface Sent {
  outline: string;
  sender: RemoteSpan;
  /** Unix milliseconds between which the queue took it. */
  from: number;
  until: number;
  /** Of the message, once it was delivered: it may be again. */
  id?: string;
}

/** The part of a delivered message that is read. */
export interface Delivered {
  id: string;
  timestamp: Date;
  body: unknown;
}

/** The queue's clock is that of another machine. */
const SKEW_MS = 10;

/** How much of a body is looked at. */
const MAX_DEPTH = 4;
const MAX_KEYS = 16;
const MAX_TEXT = 128;

export class SentMessages {
  readonly #now: () => number;
  /** Oldest first. */
  readonly #sent: Sent[] = [];

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Notes messages that are being sent; the function that it returns says that the queue has them, or has refused them. */
  send(sender: RemoteSpan, bodies: unknown[]): (isSent: boolean) => void {
    const noted: Sent[] = [];
    for (const body of bodies) {
      const outline = outlineOf(body);
      if (outline === undefined) continue;
      noted.push({ outline, sender, from: this.#now() - SKEW_MS, until: Number.POSITIVE_INFINITY });
    }
    this.#sent.push(...noted);
    this.#sent.splice(0, this.#sent.length - MAX_SENT_MESSAGES);
    return (isSent) => {
      for (const one of noted) one.until = isSent ? this.#now() + SKEW_MS : 0;
    };
  }

  /** Who has sent the messages, each span once; of messages from elsewhere nothing is known. */
  sendersOf(messages: readonly Delivered[]): Set<RemoteSpan> {
    const senders = new Set<RemoteSpan>();
    for (const { id, timestamp, body } of this.#sent.length > 0 ? messages : []) {
      const at = timestamp.getTime();
      const outline = outlineOf(body);
      const found =
        this.#sent.find((one) => one.id === id) ??
        this.#sent.find(
          (one) => one.id === undefined && one.outline === outline && one.from <= at && at <= one.until,
        );
      if (found === undefined) continue;
      found.id = id;
      senders.add(found.sender);
    }
    return senders;
  }
}

/**
 * The beginnings of a body as text, the same before it is sent and after, whatever the message's type. Read without
 * running any of the program's code. Undefined for what cannot be read so.
 */
function outlineOf(body: unknown): string | undefined {
  try {
    return outline(body, MAX_DEPTH);
  } catch {
    return undefined;
  }
}

function outline(value: unknown, depth: number): string {
  if (value instanceof Date) return outline(value.toISOString(), depth);
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) {
    return `${value.byteLength}:${bytesOf(value).subarray(0, MAX_TEXT)}`;
  }
  if (typeof value !== "object" || value === null) {
    const text = String(value);
    return `${text.length}:${text.slice(0, MAX_TEXT)}`;
  }
  if (depth === 0) return "";
  const parts: string[] = [];
  for (const key of Object.keys(value).slice(0, MAX_KEYS)) {
    // Not `value[key]`: that may be a getter.
    const part: unknown = Object.getOwnPropertyDescriptor(value, key)?.value;
    // JSON leaves these out.
    if (part !== undefined && typeof part !== "function") parts.push(`${key}=${outline(part, depth - 1)}`);
  }
  return `{${parts}}`;
}
