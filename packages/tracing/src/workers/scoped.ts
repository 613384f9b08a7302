// The live objects `env` and `exports` of `cloudflare:workers`: one object for the process, which a callback and all that
// it starts may see replaced. workerd does the same, and like it this needs a Proxy: an import is bound to one object.
import { host } from "../process.ts";

export interface Scoped {
  /** What programs import. Writes reach the object that is in force. */
  readonly proxy: object;
  /** Runs `callback` with `replacement` in force; null and undefined leave what is in force. */
  run<T>(replacement: unknown, callback: () => T): T;
}

export function createScoped(): Scoped {
  const base: object = {};
  const replaced = host.createContext<object>();
  const current = () => replaced.getStore() ?? base;
  return {
    proxy: new Proxy(base, {
      get: (_, key) => Reflect.get(current(), key),
      set: (_, key, value) => Reflect.set(current(), key, value),
      has: (_, key) => Reflect.has(current(), key),
      deleteProperty: (_, key) => Reflect.deleteProperty(current(), key),
      defineProperty: (_, key, descriptor) => Reflect.defineProperty(current(), key, descriptor),
      ownKeys: () => Reflect.ownKeys(current()),
      getOwnPropertyDescriptor(_, key) {
        const descriptor = Reflect.getOwnPropertyDescriptor(current(), key);
        // A proxy may not call a property fixed that its own target has not.
        return descriptor && { ...descriptor, configurable: true };
      },
      getPrototypeOf: () => Reflect.getPrototypeOf(current()),
      preventExtensions: () => false,
    }),
    run(replacement, callback) {
      if (replacement === null || replacement === undefined) return callback();
      if (typeof replacement !== "object") throw new TypeError("The replacement is not an object.");
      return replaced.run(replacement, callback);
    },
  };
}
