// The async context by an AsyncLocalStorage and its public methods, which every runtime has; on Node see node-context.ts.
import { AsyncLocalStorage } from "node:async_hooks";
import type { AsyncContext } from "../host.ts";

export function createContext<T>(
  isCloudflare: boolean,
  storage = new AsyncLocalStorage<T | undefined>(),
): AsyncContext<T> {
  // workerd has `enterWith`, which throws: an error of its Node layer, and the first one takes an isolate 2 ms.
  if (isCloudflare) return storage;
  const enter = storage.enterWith.bind(storage);
  try {
    storage.run(undefined, enter, undefined);
  } catch {
    // As workerd before it had a `navigator`, others may refuse it too.
    return storage;
  }
  return Object.assign(storage, { enter, leave: (_entered: unknown, former?: T) => enter(former) });
}
