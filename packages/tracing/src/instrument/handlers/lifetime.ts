// Runs a handler as an invocation and knows when it is over: the handler has settled, what it gave to `waitUntil` has
// settled, and the response's body has left. Then the root span ends and the invocation is sent.
import type { Host } from "../../host.ts";
import type { Invocation, Outcome } from "../../invocation.ts";
import { MAX_LINGER_MS } from "../../limits.ts";
import { active, tracing } from "../../process.ts";
import type { RemoteSpan } from "../../propagation.ts";
import type { InvocationStart, Runtime } from "../../runtime.ts";
import { tellWhileOpen } from "../../send/in-flight.ts";
import { settle } from "../../settle.ts";
import { failSpan, invocationOf, writeAttribute } from "../../span.ts";
import { replaceTracingOf } from "../native-tracing.ts";
import { shadow } from "../operation.ts";
import { setOwn } from "../own-property.ts";

/** The part of a handler's context that is used; `tracing` is set on it. */
export interface HandlerContext {
  waitUntil(promise: Promise<unknown>): void;
  /** A Durable Object's. */
  blockConcurrencyWhile?(callback: () => unknown): unknown;
  /** A Durable Object's own id: its context is there for all of its events. */
  readonly id?: unknown;
  readonly tracing?: unknown;
}

/**
 * Pauses of this many milliseconds make up the time that an invocation may linger: the last goes on when the invocation
 * is over, and a Durable Object does not hibernate while a timer runs.
 */
export const LOOK_MS = 1_000;

type KeepAlive = (promise: Promise<unknown>) => void;

/** Whether the isolate has handled no event yet. */
let isColdStart = true;

/** The open invocations' own, for what reaches them through the active span. */
const lifetimes = new WeakMap<Invocation, Lifetime>();

export class Lifetime {
  readonly invocation: Invocation;
  outcome: Outcome = "ok";
  /** The runtime's own `waitUntil`. */
  keepAlive: KeepAlive = () => {};
  /** Ends the invocation now. */
  leave: () => void = () => {};
  /** Asks who else has caused the event, once it is over. */
  findCauses: () => Promise<RemoteSpan[]> | undefined = () => undefined;
  /** The `traceparent` that the event came with, whatever was made of it. */
  traceparent: string | null = null;
  #pending = 0;
  #streams = 0;
  #over = Promise.withResolvers<void>();

  constructor(invocation: Invocation) {
    this.invocation = invocation;
    lifetimes.set(invocation, this);
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

  /** An error that nobody caught: it is the root's, whatever span it came through. */
  fail(error: unknown): void {
    failSpan(this.invocation.root, error);
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
        await Promise.race([this.#over.promise, sleep(LOOK_MS)]);
        if (this.#streams === 0) lingeredMs += LOOK_MS;
      }
      const reading = now();
      // A timer's turn comes after that of all promises that are settled.
      if (isRecorded) await sleep(0);
      if (this.#pending === 0 || lingeredMs >= maxLingerMs) return reading;
    }
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
  const { lifetime, finish } = begin(runtime, start, context);
  try {
    const value = await runtime.active.run(lifetime.invocation.root, () => handler(lifetime));
    return received(value, lifetime);
  } catch (error) {
    fail(lifetime, error);
    throw error;
  } finally {
    finish();
  }
}

/** As `runInvocation`, but what `handler` returns at once the caller gets at once. */
export function runCall<T>(
  runtime: Runtime,
  start: InvocationStart,
  context: HandlerContext,
  handler: (lifetime: Lifetime) => T,
): T {
  const { lifetime, finish } = begin(runtime, start, context);
  return settle(
    () => runtime.active.run(lifetime.invocation.root, () => handler(lifetime)),
    {
      succeeded: finish,
      failed(_, error) {
        fail(lifetime, error);
        finish();
      },
    },
    undefined,
  );
}

function begin(
  runtime: Runtime,
  start: InvocationStart,
  context: HandlerContext,
): { lifetime: Lifetime; finish: () => void } {
  const lifetime = resumeEarly(runtime, start, context) ?? new Lifetime(runtime.begin(start));
  if (!start.isPart) {
    writeAttribute(lifetime.invocation.root, "faas.cold_start", isColdStart);
    isColdStart = false;
  }
  if (runtime.config.inFlight && lifetime.invocation.sampled) {
    void tellWhileOpen(runtime.host, runtime.exporter, lifetime.invocation);
  }
  lifetime.keepAlive = attach(context);
  if (context.id === undefined) owners.set(context, lifetime);
  else lifetime.leave = () => void leave(runtime, lifetime);
  const release = lifetime.hold();
  const finish = () => {
    release();
    // Only now: registered from the start, it would keep the handler running after its client has gone away.
    lifetime.keepAlive(conclude(runtime, lifetime));
  };
  return { lifetime, finish };
}

/** The invocation that an object's constructor has begun in, which becomes that of its first event. */
export function resumeEarly(
  runtime: Runtime,
  start: InvocationStart,
  context: HandlerContext,
): Lifetime | undefined {
  const lifetime = early.get(context);
  if (lifetime === undefined) return undefined;
  early.delete(context);
  runtime.resume(lifetime.invocation, start);
  return lifetime;
}

/** An error that the handler ends with. */
export function fail(lifetime: Lifetime, error: unknown): void {
  lifetime.outcome = "exception";
  lifetime.fail(error);
}

/**
 * Keeps the invocation that is active open until `promise` has settled, as the `waitUntil` that `cloudflare:workers`
 * exports does. Outside of an invocation it does nothing: there is nothing to keep open.
 */
export function waitUntil(promise: Promise<unknown>): void {
  const lifetime = activeLifetime();
  if (lifetime === undefined) return;
  const genuine = Promise.resolve(promise);
  lifetime.extend(genuine);
  lifetime.keepAlive(genuine);
}

/** What runs `invocation`; undefined for one that no event has begun. */
export function lifetimeOf(invocation: Invocation | undefined): Lifetime | undefined {
  return invocation && lifetimes.get(invocation);
}

function activeLifetime(): Lifetime | undefined {
  const span = active.getStore();
  return lifetimeOf(span && invocationOf(span));
}

/** What a handler gets that was called without a context, as plain functions on Node are. */
export function bareContext(): HandlerContext & { passThroughOnException(): void } {
  return { waitUntil: () => {}, passThroughOnException: () => {} };
}

/** The `waitUntil` that each context came with. */
const originals = new WeakMap<HandlerContext, KeepAlive>();

/** Of objects whose first event is still to come. */
export const early = new WeakMap<HandlerContext, Lifetime>();

/** The invocation that a context was made for. A Durable Object's is for all, and only the active span tells which. */
const owners = new WeakMap<HandlerContext, Lifetime>();

/** Puts the API on the context, and counts what the program gives to `waitUntil`. Returns the runtime's own. */
export function attach(context: HandlerContext): KeepAlive {
  const known = originals.get(context);
  if (known !== undefined) return known;
  const original = context.waitUntil;
  const keepAlive: KeepAlive = (promise) => original.call(context, promise);
  originals.set(context, keepAlive);
  const counting = {
    waitUntil(this: unknown, ...args: [value?: Promise<unknown>]): void {
      if (args.length === 0 || this !== context) {
        // The runtime refuses this, and says so itself.
        original.apply(this as HandlerContext, args as [Promise<unknown>]);
        return;
      }
      // A thenable is asked once, by us; the runtime gets the promise of it.
      const promise = Promise.resolve(args[0]);
      keepAlive(promise);
      (activeLifetime() ?? owners.get(context))?.extend(promise);
    },
  }.waitUntil;
  setOwn(context, "waitUntil", counting);
  shadow(
    context as Required<HandlerContext>,
    "blockConcurrencyWhile",
    (block) =>
      function (this: unknown, ...args) {
        const lifetime = activeLifetime();
        const [callback] = args;
        if (lifetime !== undefined && typeof callback === "function") args[0] = lifetime.holdWhile(callback);
        return block.apply(this as HandlerContext, args);
      },
  );
  replaceTracingOf(context);
  setOwn(context, "tracing", tracing, true);
  return keepAlive;
}

async function conclude(runtime: Runtime, lifetime: Lifetime): Promise<void> {
  await leave(runtime, lifetime, await lifetime.over(runtime.host));
}

/** Ends the invocation, and has it sent even if the runtime kills what runs in it next. Does nothing the second time. */
export async function leave(runtime: Runtime, lifetime: Lifetime, reading?: number): Promise<void> {
  const { invocation } = lifetime;
  if (invocation.ended) return;
  invocation.end(lifetime.outcome, reading);
  const found = lifetime.findCauses();
  if (found !== undefined) {
    for (const cause of await found) invocation.spans.addLink(0, { ...cause, attributes: [] });
  }
  if (invocation.sampled || invocation.logs.length > 0) await runtime.exporter.export(invocation);
}
