// Listeners of what the runtime itself dispatches events to, as WebSockets that do not hibernate and signals whose time is
// up. It calls them without the async context, and mostly when the invocation that listens has left: each call is a part of
// that.
import type { Runtime } from "../../runtime.ts";
import { isCalledByRuntime } from "../caller.ts";
import { activeLifetime, type Lifetime } from "../handlers/lifetime.ts";
import { runPart } from "../handlers/part.ts";
import { shadow } from "../operation.ts";

type Listener = (this: object, ...args: unknown[]) => unknown;
type Listen = (this: object, ...args: unknown[]) => void;

/** What they inherit. */
export interface EventTargetPrototype {
  addEventListener: Listen;
  removeEventListener: Listen;
}

/** `handlers`: names of those that are assigned, and that the platform's class has no property for. */
export function instrumentListeners(
  runtime: Runtime,
  prototype: EventTargetPrototype,
  handlers: readonly string[] = [],
): void {
  /** What stands in for listeners, and for objects that have one. */
  const ours = new WeakMap<object, object>();
  /** By target, the invocation in which somebody began to listen. */
  const lifetimes = new WeakMap<object, Lifetime>();

  const inPart = (listener: Listener, self?: object): Listener =>
    function (...args) {
      const call = () => Reflect.apply(listener, self ?? this, args);
      const [event] = args as [Event];
      const lifetime = lifetimes.get(event.currentTarget as object);
      // What the program dispatches itself stays in the span that it is in.
      return lifetime === undefined || runtime.active.getStore() ? call() : runPart(runtime, lifetime, call);
    };

  /** What `target` gets in the place of `listener`. */
  const standInFor = (target: object, listener: unknown): unknown => {
    const lifetime = activeLifetime();
    if (lifetime === undefined || !(target instanceof Object) || !(listener instanceof Object))
      return listener;
    if (!lifetimes.has(target)) lifetimes.set(target, lifetime);
    let standIn = ours.get(listener);
    if (standIn === undefined) {
      standIn = typeof listener === "function" ? inPart(listener as Listener) : objectFor(listener, inPart);
      ours.set(listener, standIn);
    }
    return standIn;
  };

  shadow(
    prototype,
    "addEventListener",
    (add) =>
      function (...args) {
        if (args.length > 1) args[1] = standInFor(this, args[1]);
        Reflect.apply(add, this, args);
      },
  );
  shadow(
    prototype,
    "removeEventListener",
    (remove) =>
      function (...args) {
        const [type, listener, ...options] = args;
        const standIn = ours.get(listener as Listener);
        if (standIn !== undefined) Reflect.apply(remove, this, [type, standIn, ...options]);
        // It may have been added outside of every invocation, as it is.
        Reflect.apply(remove, this, args);
      },
  );
  for (const name of handlers) replaceHandler(prototype, name, standInFor);
}

/** One that has `handleEvent` as `wrap` makes it. The runtime takes that when the object is added. */
function objectFor(listener: object, wrap: (handle: Listener, self: object) => Listener): object {
  return {
    get handleEvent() {
      const { handleEvent } = listener as { handleEvent: unknown };
      return typeof handleEvent === "function" ? wrap(handleEvent as Listener, listener) : handleEvent;
    },
  };
}

/** The runtime reads such a property of the target whenever there is an event. The program gets back what it has assigned. */
function replaceHandler(
  prototype: object,
  name: string,
  standInFor: (target: object, handler: unknown) => unknown,
): void {
  const define = (target: object, handler?: unknown, standIn?: unknown) => {
    Object.defineProperty(target, name, {
      configurable: true,
      enumerable: target !== prototype,
      get: function get() {
        return isCalledByRuntime(get) ? standIn : handler;
      },
      set(given: unknown) {
        define(this, given, standInFor(this, given));
      },
    });
  };
  define(prototype);
}
