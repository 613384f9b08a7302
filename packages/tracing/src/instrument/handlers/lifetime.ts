// When an invocation is over: its handler has settled, what it gave to `waitUntil` has settled, and the response's body has
// left. Whoever holds it open says so here; run.ts begins and ends it.
import type { Host } from "../../host.ts";
import type { Invocation, Outcome } from "../../invocation.ts";
import { MAX_LINGER_MS } from "../../limits.ts";
import { recordLog } from "../../logs.ts";
import { active } from "../../process.ts";
import type { RemoteSpan } from "../../propagation.ts";
import { settle } from "../../settle.ts";
import { failSpan, invocationOf } from "../../span.ts";

/**
 * Pauses of this many milliseconds make up the time that an invocation may linger: the last goes on when the invocation
 * is over, and a Durable Object does not hibernate while a timer runs.
 */
export const LOOK_MS = 1_000;

export type KeepAlive = (promise: Promise<unknown>) => void;

export const nothing = (): undefined => {};

/** The open invocations' own, for what reaches them through the active span. */
const lifetimes = new WeakMap<Invocation, Lifetime>();

export class Lifetime {
  readonly invocation: Invocation;
  outcome: Outcome = "ok";
  /** Whether the outcome is an exception, too, where what was given to `waitUntil` fails. */
  answersForBackground = false;
  /** The runtime's own `waitUntil`. */
  keepAlive: KeepAlive = nothing;
  /** Ends the invocation now. */
  leave: () => void = nothing;
  /** Says that the runtime stops the handler, which will not return. Does nothing once it has. */
  abandon: () => void = nothing;
  /** Says that the event has come which an object was made for. */
  taken: () => void = nothing;
  /** Asks who else has caused the event, once it is over. */
  findCauses: () => Promise<RemoteSpan[]> | undefined = nothing;
  /** The `traceparent` that the event came with, whatever was made of it. */
  traceparent: string | null = null;
  #pending = 0;
  #streams = 0;
  #over = Promise.withResolvers<void>();

  constructor(invocation: Invocation) {
    this.invocation = invocation;
    lifetimes.set(invocation, this);
  }

  /** Spans that have caused the event and are no parents. */
  link(causes: Iterable<RemoteSpan>): void {
    for (const cause of causes) this.invocation.spans.addLink(0, { ...cause, attributes: [] });
  }

  /** Keeps the invocation open until the returned function is called; calling it twice does nothing more. */
  hold(): () => void {
    // What held it may just have let go, and whoever waits for that not yet know.
    if (this.#pending++ === 0) this.#over = Promise.withResolvers();
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      if (--this.#pending === 0) this.#over.resolve();
    };
  }

  /** As `hold`, while a body is sent, for however long that takes: a runtime that ends invocations does not end these. */
  holdForStream(): () => void {
    const release = this.hold();
    this.#streams++;
    return () => {
      this.#streams--;
      release();
    };
  }

  /** Keeps the invocation open until `promise` has settled. A rejection is an error that nobody caught. */
  extend(promise: Promise<unknown>): void {
    const release = this.hold();
    promise.then(release, (error) => {
      if (this.answersForBackground) this.outcome = "exception";
      this.fail(error);
      release();
    });
  }

  /**
   * The same callback, which an object blocks its events with: it holds the invocation open. Where it fails the runtime
   * throws the object away, and with it whatever runs there.
   */
  holdWhile(callback: () => unknown): () => unknown {
    const release = this.hold();
    return () =>
      settle(
        callback,
        {
          succeeded: release,
          failed: (_, error) => {
            fail(this, error);
            this.leave();
          },
        },
        undefined,
      );
  }

  /** An error that nobody caught: it is the root's, whatever span it came through, or logged where that has left. */
  fail(error: unknown): void {
    const { invocation } = this;
    if (invocation.first === 0) failSpan(invocation.root, error);
    else if (invocation.markReported(error, 0)) recordLog(invocation.root, "error", [error]);
  }

  /** Resolves when nothing holds the invocation, with the reading of the clock then. No timer runs meanwhile. */
  async free({ now }: Host): Promise<number> {
    while (this.#pending > 0) await this.#over.promise;
    return now();
  }

  /**
   * Resolves when nothing holds the invocation, or when the runtime is about to give up on it, with the reading of the
   * clock then. What the program does without waiting, in promises that it has given to nobody, it has done by then.
   */
  async over({ now, sleep, isCloudflare }: Host): Promise<number> {
    const maxLingerMs = MAX_LINGER_MS[isCloudflare ? "cloudflare" : "elsewhere"];
    const isRecorded = this.invocation.sampled || this.invocation.keepsLogs;
    let lingeredMs = 0;
    for (;;) {
      while (this.#pending > 0 && lingeredMs < maxLingerMs) {
        await sleep(LOOK_MS, this.#over.promise);
        if (this.#streams === 0) lingeredMs += LOOK_MS;
      }
      const reading = now();
      // A timer's turn comes after that of all promises that are settled.
      if (isRecorded) await sleep(0);
      if (this.#pending === 0 || lingeredMs >= maxLingerMs) return reading;
    }
  }
}

/** An error that the handler ends with. */
export function fail(lifetime: Lifetime, error: unknown): void {
  lifetime.outcome = "exception";
  lifetime.fail(error);
}

/** What runs `invocation`; undefined for one that no event has begun. */
export function lifetimeOf(invocation: Invocation | undefined): Lifetime | undefined {
  return invocation && lifetimes.get(invocation);
}

/** That of the active span. */
export function activeLifetime(): Lifetime | undefined {
  const span = active.getStore();
  return lifetimeOf(span && invocationOf(span));
}
