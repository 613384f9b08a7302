// Watches a call to its end without changing what its caller sees: the one place that knows promises.

/** What async functions return, also where a library puts a class of its own in the place of the global one. */
const Genuine = Promise;
const { then } = Genuine.prototype;

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
    tellFailed(watcher, state, error);
    throw error;
  }
  return settleResult(result, watcher, state);
}

/** As `settle`, for a call that has returned. */
export function settleResult<T, S>(result: T, watcher: Watcher<S>, state: S): T {
  try {
    if (result instanceof Genuine) {
      return then.call(
        result.constructor === Genuine ? result : plain(result),
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
  try {
    watcher.succeeded(state, result);
  } catch {
    // As below.
  }
  return result;
}

/** Of a call that threw. */
export function tellFailed<S>(watcher: Watcher<S>, state: S, error: unknown): void {
  try {
    watcher.failed(state, error);
  } catch {
    // Near the stack's end there may be no room for us. The program's own outcome stands, and the span stays open
    // until its invocation ends.
  }
}

/** For a promise of a subclass, a plain one that settles as it does. */
function plain(promise: Promise<unknown>): Promise<unknown> {
  const { promise: settled, resolve, reject } = Genuine.withResolvers<unknown>();
  then.call(promise, resolve, reject);
  return settled;
}
