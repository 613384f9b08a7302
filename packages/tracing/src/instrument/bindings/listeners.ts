// Listeners of what the runtime itself dispatches events to, as WebSockets that do not hibernate and signals whose time is
// up. It calls them without the async context, and mostly when the invocation that listens has left: each call is a part of
// that.
import type { Runtime } from "../../runtime.ts";
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

export function instrumentListeners(runtime: Runtime, prototype: EventTargetPrototype): void {
  /** What stands in for listeners. */
  const ours = new WeakMap<Listener, Listener>();
  /** By target, the invocation in which somebody began to listen. */
  const lifetimes = new WeakMap<object, Lifetime>();

  const standInFor = (listener: Listener): Listener => {
    let called = ours.get(listener);
    if (called === undefined) {
      called = function (...args) {
        const call = () => Reflect.apply(listener, this, args);
        const lifetime = lifetimes.get(this);
        // What the program dispatches itself stays in the span that it is in.
        return lifetime === undefined || runtime.active.getStore()
          ? call()
          : runPart(runtime, lifetime, call);
      };
      ours.set(listener, called);
    }
    return called;
  };

  shadow(
    prototype,
    "addEventListener",
    (add) =>
      function (...args) {
        const lifetime = activeLifetime();
        if (lifetime !== undefined && this instanceof Object && typeof args[1] === "function") {
          if (!lifetimes.has(this)) lifetimes.set(this, lifetime);
          args[1] = standInFor(args[1] as Listener);
        }
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
}
