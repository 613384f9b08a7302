// Watches a call to its end without changing what its caller sees: the one place that knows promises.

const then = Promise.prototype.then;

/** What is told of a call's end, before the caller hears of it. Ours: it must not throw. */
export interface Watcher<S> {
  /** With the value that was returned, or that the promise was fulfilled with. */
  succeeded(state: S, value: unknown): void;
  failed(state: S, error: unknown): void;
}

/**
 * Runs `call` and tells `watcher`, with `state`, how it ended. For a genuine promise that is when it settles, and what
 * returns is a plain promise that settles the same way, afterwards; anything else, thenables included, is a value and
 * returns untouched.
 */
export function settle<T, S>(call: () => T, watcher: Watcher<S>, state: S): T {
  let result: T;
  try {
    result = call();
  } catch (error) {
    watcher.failed(state, error);
    throw error;
  }
  try {
    if (result instanceof Promise) {
      return then.call(
        result.constructor === Promise ? result : plain(result),
        (value) => {
          watcher.succeeded(state, value);
          return value;
        },
        (error) => {
          watcher.failed(state, error);
          throw error;
        },
      ) as T;
    }
  } catch {
    // A proxy with traps, or a lookalike: `instanceof` is true for Object.create(Promise.prototype) as well, which the
    // engine's own `then` refuses. Values, all of them.
  }
  watcher.succeeded(state, result);
  return result;
}

/** For a promise of a subclass, a plain one that settles as it does. */
function plain(promise: Promise<unknown>): Promise<unknown> {
  const { promise: settled, resolve, reject } = Promise.withResolvers<unknown>();
  then.call(promise, resolve, reject);
  return settled;
}
