// What this isolate has sent to queues, so that the event that delivers a message can name the span that sent it. A
// message has no room for a trace's context that its consumer would not see, so none is put there: what both ends see of
// it anyway, its body and the time at which the queue took it, tells which one it is.
import { attempt } from "../attempt.ts";
import { MAX_SENT_MESSAGES } from "../limits.ts";
import type { RemoteSpan } from "../propagation.ts";
import { bytesOf } from "./bytes.ts";

/** A message that was sent, as receivers of ours are told of it. */
export interface SentMessage {
  /** Of this message and no other. */
  key: string;
  outline: string;
  /** Unix milliseconds between which the queue took it. */
  from: number;
  until: number;
  traceId: string;
  spanId: string;
  traceState: string;
}

interface Sent extends SentMessage {
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

  /**
   * Notes messages that are being sent. The function that it returns says that the queue has them, or has refused them, and
   * gives those that it has.
   */
  send(sender: RemoteSpan, bodies: unknown[]): (isSent: boolean) => SentMessage[] {
    const { traceId, spanId, traceState } = sender;
    const from = this.#now() - SKEW_MS;
    const noted: Sent[] = [];
    for (const [at, body] of bodies.entries()) {
      const outline = outlineOf(body);
      if (outline === undefined) continue;
      const until = Number.POSITIVE_INFINITY;
      noted.push({ key: `${spanId}-${at}`, outline, from, until, traceId, spanId, traceState });
    }
    this.#add(noted);
    return (isSent) => {
      for (const one of noted) one.until = isSent ? this.#now() + SKEW_MS : 0;
      return isSent ? noted : [];
    };
  }

  /** Takes what another isolate has sent; what is known already changes nothing. */
  learn(messages: readonly SentMessage[]): void {
    this.#add(messages.filter(({ key }) => !this.#sent.some((known) => known.key === key)));
  }

  /** Who has sent the messages, each span once; of messages from elsewhere nothing is known. */
  sendersOf(messages: readonly Delivered[]): RemoteSpan[] {
    const senders = new Map<string, RemoteSpan>();
    for (const message of messages) {
      const found = this.#find(message);
      if (found === undefined) continue;
      const { traceId, spanId, traceState } = found;
      senders.set(spanId, { traceId, spanId, traceState, sampled: true });
    }
    return [...senders.values()];
  }

  /** Outlines of the messages whose senders are not known. */
  unknownOf(messages: readonly Delivered[]): string[] {
    const unknown = messages.filter((message) => this.#find(message) === undefined);
    return unknown.flatMap(({ body }) => outlineOf(body) ?? []);
  }

  #add(sent: readonly Sent[]): void {
    this.#sent.push(...sent);
    this.#sent.splice(0, this.#sent.length - MAX_SENT_MESSAGES);
  }

  #find({ id, timestamp, body }: Delivered): Sent | undefined {
    if (this.#sent.length === 0) return undefined;
    const at = timestamp.getTime();
    const outline = outlineOf(body);
    const found =
      this.#sent.find((one) => one.id === id) ??
      this.#sent.find(
        (one) => one.id === undefined && one.outline === outline && one.from <= at && at <= one.until,
      );
    if (found !== undefined) found.id = id;
    return found;
  }
}

/**
 * A digest of the beginnings of a body, the same before it is sent and after, whatever the message's type. Read without
 * running any of the program's code. Undefined for what cannot be read so.
 */
function outlineOf(body: unknown): string | undefined {
  return attempt(() => digestOf(outline(body, MAX_DEPTH)));
}

/** 64 bits that tell texts apart which nobody has chosen to be alike: FNV-1a, from two starts. */
function digestOf(text: string): string {
  const half = (start: number) => {
    let hash = start;
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    return (hash >>> 0).toString(16).padStart(8, "0");
  };
  return half(0x811c9dc5) + half(0x9747b28c);
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
