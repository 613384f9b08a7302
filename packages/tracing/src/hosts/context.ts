// The async context by an AsyncLocalStorage and its public methods, which every runtime has; on Node see node-context.ts.
import { AsyncLocalStorage } from "node:async_hooks";
import type { AsyncContext } from "../host.ts";

export function createContext<T>(isCloudflare: boolean): AsyncContext<T> {
  return contextOf(new AsyncLocalStorage<T | undefined>(), isCloudflare);
}

export function contextOf<T>(
  storage: AsyncLocalStorage<T | undefined>,
  isCloudflare: boolean,
): AsyncContext<T> {
  // workerd has `enterWith`, which throws: an error of its Node layer, and the first one takes an isolate 2 ms.
  if (isCloudflare || !canEnter(storage))
    return Object.assign(storage, { enter: undefined, leave: undefined });
  const enter = storage.enterWith.bind(storage);
  return Object.assign(storage, {
    enter,
    leave: (_entered: unknown, former: T | undefined) => enter(former),
  });
}

/** As workerd before it had a `navigator`, others may refuse it too. */
function canEnter<T>(storage: AsyncLocalStorage<T | undefined>): boolean {
  try {
    storage.run(undefined, () => storage.enterWith(undefined));
    return true;
  } catch {
    return false;
  }
}
