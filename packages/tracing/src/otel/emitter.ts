// Binds the listeners of an event emitter in the shape of Node's, without knowing Node's module.
import { setOwn } from "../instrument/own-property.ts";

type Listener = (...args: unknown[]) => unknown;

/** The part of Node's EventEmitter that is used. */
export interface Emitter {
  on(event: string | symbol, listener: Listener): this;
  prependListener(event: string | symbol, listener: Listener): this;
  removeListener(event: string | symbol, listener: Listener): this;
  rawListeners(event: string | symbol): unknown[];
}

/** Emitters of other makes are left alone: removing a listener from them needs the very function that was added. */
export function isEmitter(value: unknown): value is Emitter {
  const methods = ["on", "prependListener", "removeListener", "rawListeners"] as const;
  return (
    typeof value === "object" &&
    value !== null &&
    methods.every((method) => typeof (value as Emitter)[method] === "function")
  );
}

/** The methods of the emitters that have been bound, as they were before. */
const originals = new WeakMap<Emitter, Pick<Emitter, "on" | "prependListener">>();

/** From now on every listener that is added to `emitter` is the one that `bind` makes of it. A second call binds anew. */
export function bindEmitter(emitter: Emitter, bind: (listener: Listener) => Listener): void {
  const { on, prependListener } = originals.get(emitter) ?? emitter;
  originals.set(emitter, { on, prependListener });
  const adding = (add: Emitter["on"], isOnce: boolean) =>
    function (this: Emitter, event: string | symbol, listener: Listener): Emitter {
      // What is no function the emitter itself refuses.
      if (typeof listener !== "function") return add.call(this, event, listener);
      const bound = bind(listener);
      const added = isOnce ? once(this, event, bound) : bound;
      // By this property Node finds a listener that is wrapped, to remove and to list it.
      return add.call(this, event, Object.assign(added, { listener }));
    };
  setOwn(emitter, "on", adding(on, false));
  setOwn(emitter, "addListener", adding(on, false));
  setOwn(emitter, "once", adding(on, true));
  setOwn(emitter, "prependListener", adding(prependListener, false));
  setOwn(emitter, "prependOnceListener", adding(prependListener, true));
}

function once(emitter: Emitter, event: string | symbol, bound: Listener): Listener {
  const listener: Listener = function (this: unknown, ...args) {
    emitter.removeListener(event, listener);
    return Reflect.apply(bound, this, args);
  };
  return listener;
}
