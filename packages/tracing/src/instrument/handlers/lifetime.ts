// Runs a handler as an invocation and knows when it is over: the handler has settled, what it gave to `waitUntil` has
// settled, and the response's body has left. Then the root span ends and the invocation is sent.
import type { Invocation, Outcome } from "../../invocation.ts";
import { MAX_LINGER_MS } from "../../limits.ts";
import { tracing } from "../../process.ts";
import type { InvocationStart, Runtime } from "../../runtime.ts";
import { failSpan } from "../../span.ts";
import { setOwn } from "../own-property.ts";

/** The part of a handler's context that is used; `tracing` is set on it. */
export interface HandlerContext {
  waitUntil(promise: Promise<unknown>): void;
}

export class Lifetime {
  readonly invocation: Invocation;
  outcome: Outcome = "ok";
  #pending = 0;
  readonly #over = Promise.withResolvers<void>();

  constructor(invocation: Invocation) {
    this.invocation = invocation;
  }

  /** Keeps the invocation open until the returned function is called; calling it twice does nothing more. */
  hold(): () => void {
    this.#pending++;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      if (--this.#pending === 0) this.#over.resolve();
    };
  }

  /** An error that nobody caught: it is the root's, whatever span it came through. */
  fail(error: unknown): void {
    failSpan(this.invocation.root, error);
  }

  /** Resolves when nothing holds the invocation, or when the runtime is about to give up on it. */
  async over(sleep: (ms: number) => Promise<void>): Promise<void> {
    if (this.#pending > 0) await Promise.race([this.#over.promise, sleep(MAX_LINGER_MS)]);
  }
}

/**
 * Calls `handler` inside a new invocation. `received` gets what it returned before the caller does, may hold the
 * invocation open, and returns what the caller gets instead.
 */
export async function runInvocation<T>(
  runtime: Runtime,
  start: InvocationStart,
  context: HandlerContext,
  handler: (lifetime: Lifetime) => T | Promise<T>,
  received: (value: T, lifetime: Lifetime) => T = (value) => value,
): Promise<T> {
  const lifetime = new Lifetime(runtime.begin(start));
  const waitUntil = attach(context, lifetime);
  const release = lifetime.hold();
  try {
    const value = await runtime.active.run(lifetime.invocation.root, () => handler(lifetime));
    return received(value, lifetime);
  } catch (error) {
    lifetime.outcome = "exception";
    lifetime.fail(error);
    throw error;
  } finally {
    release();
    // Only now: registered from the start, it would keep the handler running after its client has gone away.
    waitUntil(finish(runtime, lifetime));
  }
}

/** Puts the API on the context, and counts what the handler gives to `waitUntil`. Returns the runtime's own. */
function attach(context: HandlerContext, lifetime: Lifetime): (promise: Promise<unknown>) => void {
  const original = context.waitUntil;
  const waitUntil = (promise: Promise<unknown>) => original.call(context, promise);
  const counting = {
    waitUntil(this: unknown, ...args: [value?: Promise<unknown>]): void {
      if (args.length === 0 || this !== context) {
        // The runtime refuses this, and says so itself.
        original.apply(this as HandlerContext, args as [Promise<unknown>]);
        return;
      }
      // A thenable is asked once, by us; the runtime gets the promise of it.
      const promise = Promise.resolve(args[0]);
      waitUntil(promise);
      const release = lifetime.hold();
      promise.then(release, (error) => {
        lifetime.fail(error);
        release();
      });
    },
  }.waitUntil;
  setOwn(context, "waitUntil", counting);
  setOwn(context, "tracing", tracing, true);
  return waitUntil;
}

async function finish(runtime: Runtime, lifetime: Lifetime): Promise<void> {
  await lifetime.over((ms) => runtime.host.sleep(ms));
  const { invocation } = lifetime;
  invocation.end(lifetime.outcome);
  if (invocation.sampled || invocation.logs.length > 0) await runtime.exporter.export(invocation);
}
