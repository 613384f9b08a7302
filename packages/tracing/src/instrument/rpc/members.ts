// Stubs, and promises of what calls give, have a member of every name. Only a Proxy sees those, and one in the place of a
// stub could not be passed on, so it stands behind the stub, as its prototype: the stub stays the runtime's own object.

/**
 * Gives a program that asks `stub` for a member that it has because it has all of them what `replace` returns. Members
 * that its class has stay as they are.
 */
export function replaceMembers(
  stub: object,
  replace: (name: string, read: <T>(of: (stub: object) => T) => T) => unknown,
): void {
  const prototype = Object.getPrototypeOf(stub) as object;
  /** The runtime asks for all names last of all, after the prototypes: so ours may not be among them. */
  const read = <T>(of: (stub: object) => T): T => {
    Object.setPrototypeOf(stub, prototype);
    try {
      return of(stub);
    } finally {
      Object.setPrototypeOf(stub, between);
    }
  };
  const between: object = new Proxy(Object.create(prototype) as object, {
    get: (_, name, receiver) =>
      typeof name === "symbol" || name in prototype
        ? Reflect.get(prototype, name, receiver)
        : replace(name, read),
    has: (_, name) => name in prototype || read((own) => name in own),
  });
  Object.setPrototypeOf(stub, between);
}
