// The context that a handler gets: the API is put on it, and what the program gives to its `waitUntil` holds open the
// invocation that runs.
import { tracing } from "../../process.ts";
import { replaceTracingOf } from "../native-tracing.ts";
import { shadow } from "../operation.ts";
import { setOwn } from "../own-property.ts";
import { activeLifetime, type KeepAlive, type Lifetime } from "./lifetime.ts";

/** The part of a handler's context that is used; `tracing` is set on it where the runtime has none. */
export interface HandlerContext {
  waitUntil(promise: Promise<unknown>): void;
  /** A Durable Object's. */
  blockConcurrencyWhile?(callback: () => unknown): unknown;
  /** A Durable Object's own id: its context is there for all of its events. */
  readonly id?: unknown;
  readonly tracing?: unknown;
}

/** The `waitUntil` that each context came with. */
const originals = new WeakMap<HandlerContext, KeepAlive>();

/** The invocation that a context was made for. A Durable Object's is for all, and only the active span tells which. */
export const owners = new WeakMap<HandlerContext, Lifetime>();

/** Puts the API on the context, and counts what the program gives to `waitUntil`. Returns the runtime's own. */
export function attach(context: HandlerContext): KeepAlive {
  const known = originals.get(context);
  if (known !== undefined) return known;
  const original = context.waitUntil;
  const keepAlive: KeepAlive = (promise) => original.call(context, promise);
  originals.set(context, keepAlive);
  shadow(context, "waitUntil", () => extending(original, context));
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
  if (!replaceTracingOf(context)) setOwn(context, "tracing", tracing, true);
  return keepAlive;
}

/** The same `waitUntil`, of `context` where it has one, which holds open the invocation too. */
export function extending(original: KeepAlive, context?: HandlerContext): KeepAlive {
  return function (this: unknown, ...args: [promise?: Promise<unknown>]): void {
    if (args.length === 0 || (context && this !== context)) {
      // The runtime refuses this, and says so itself.
      Reflect.apply(original, this, args);
      return;
    }
    // A thenable is asked once, by us; the runtime gets the promise of it.
    const promise = Promise.resolve(args[0]);
    original.call(context, promise);
    (activeLifetime() ?? (context && owners.get(context)))?.extend(promise);
  };
}

/**
 * Keeps the invocation that is active open until `promise` has settled, as the `waitUntil` that `cloudflare:workers`
 * exports does. Outside of an invocation it does nothing: there is nothing to keep open.
 */
export const waitUntil = /* @__PURE__ */ extending((promise) => activeLifetime()?.keepAlive(promise));

/** What a handler gets that was called without a context, as plain functions on Node are. */
export function bareContext(): HandlerContext & { passThroughOnException(): void } {
  return { waitUntil() {}, passThroughOnException: () => {} };
}
