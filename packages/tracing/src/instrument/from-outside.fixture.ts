// Plays the runtime that calls a method of an instance.

/** Calls a method as the runtime does: none of the program's code is below it on the stack, nor awaits it. */
export function fromOutside<T>(
  self: object,
  method: (...args: never[]) => T,
  ...args: unknown[]
): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const call = Function.prototype.bind.call(method, self, ...args) as () => T;
  Promise.resolve()
    .then(call)
    .then(
      (value) => setTimeout(() => resolve(value)),
      (error) => setTimeout(() => reject(error)),
    );
  return promise;
}
