// GET /api/live: tells open pages which traces have changed. Commits can be hundreds a second; a page hears of them at
// most ten times a second, with what happened in between merged.

import type { LiveChange } from "./contract.ts";

const INTERVAL_MS = 100;
const PING_MS = 15_000;

/** Ids in one message; beyond, the page shall ask for its list again. */
const MAX_IDS = 1_000;

/** Messages a page may leave unread before it is cut off; it connects again by itself. */
const MAX_UNREAD = 256;

type Send = (event: string, data: string) => void;

export class Live {
  readonly #listeners = new Set<{ send: Send; end: () => void }>();
  readonly #changed = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  /** Call after each commit. The ids are asked for only when a page listens. */
  publish(changed: () => readonly string[]): void {
    if (this.#listeners.size === 0) return;
    const traceIds = changed();
    if (traceIds.length === 0) return;
    for (const id of traceIds) if (this.#changed.size <= MAX_IDS) this.#changed.add(id);
    // The first change after a quiet time is told at once, what follows within the interval together.
    this.#timer ??= setTimeout(() => this.#flush(), 0);
  }

  /** Ends every open stream and refuses new ones. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    for (const listener of [...this.#listeners]) listener.end();
  }

  /** A stream of Server-Sent Events until either side closes. */
  stream(): ReadableStream<Uint8Array> {
    const encoder = new TextEncoder();
    let leave = () => {};
    return new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          const listener = {
            send: (event: string, data: string) => {
              controller.enqueue(encoder.encode(`event: ${event}\ndata: ${data}\n\n`));
              if ((controller.desiredSize ?? 0) <= 0) listener.end();
            },
            end: () => {
              leave();
              controller.close();
            },
          };
          const ping = setInterval(() => listener.send("ping", "{}"), PING_MS);
          leave = () => {
            clearInterval(ping);
            this.#listeners.delete(listener);
          };
          if (this.#closed) listener.end();
          else {
            this.#listeners.add(listener);
            // Sends the headers on, so that the page knows it is connected.
            controller.enqueue(encoder.encode(": connected\n\n"));
          }
        },
        cancel: () => leave(),
      },
      { highWaterMark: MAX_UNREAD },
    );
  }

  #flush(): void {
    if (this.#changed.size === 0) {
      this.#timer = undefined;
      return;
    }
    const truncated = this.#changed.size > MAX_IDS;
    const change: LiveChange = { traceIds: truncated ? [] : [...this.#changed], truncated };
    this.#changed.clear();
    const data = JSON.stringify(change);
    for (const { send } of [...this.#listeners]) send("changed", data);
    this.#timer = setTimeout(() => this.#flush(), INTERVAL_MS);
  }
}
