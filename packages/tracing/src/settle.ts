// Watches an operation to its end without changing what its caller sees: the one place that knows promises.

const then = Promise.prototype.then;

/**
 * Runs `operation` and calls `done` with its value or `failed` with its error, before its caller sees either. For a
 * genuine promise that is when it settles, and what returns is a plain promise that settles the same way, afterwards;
 * anything else, thenables included, is a value and returns untouched.
 *
 * `done` and `failed` are ours and must not throw.
 */
export function settle<T>(
  operation: () => T,
  done: (value: Awaited<T>) => void,
  failed: (error: unknown) => void,
): T {
  let result: T;
  try {
    result = operation();
  } catch (error) {
    failed(error);
    throw error;
  }
  const promise = genuinePromise(result);
  if (promise === undefined) {
    done(result as Awaited<T>);
    return result;
  }
  return then.call(
    promise,
    (value) => {
      done(value as Awaited<T>);
      return value;
    },
    (error) => {
      failed(error);
      throw error;
    },
  ) as T;
}

/**
 * A plain promise that settles as `value` does, or undefined where `value` is no genuine promise. Only the engine's own
 * `then` can tell: `instanceof` is true for `Object.create(Promise.prototype)` as well.
 */
function genuinePromise(value: unknown): Promise<unknown> | undefined {
  try {
    if (!(value instanceof Promise)) return undefined;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    then.call(value, resolve, reject);
    return promise;
  } catch {
    return undefined;
  }
}
