// A layer between an instance and its class's prototype: a method that the runtime asks an instance for is an event, one
// that the program asks for is not. So the prototypes, and each method as what it is, stay the program's own: libraries
// know methods by identity, as decorators do, and look at what a class has of its own. To all of them the layer looks
// like the prototype. Fields are not slowed down by it, and methods no more than by a function around each.

type Method = (this: object, ...args: unknown[]) => unknown;

const layers = new WeakMap<object, object>();

/**
 * Makes `instance` inherit by way of a layer on which reading a method that `isEvent` names gives what `enter` returns
 * for it, while `isOutside` says that nobody but the runtime can be reading.
 */
export function addEntrance(
  instance: object,
  isEvent: (name: string) => boolean,
  isOutside: () => boolean,
  enter: (name: string, method: Method) => Method,
): void {
  const prototype = Object.getPrototypeOf(instance) as object;
  let layer = layers.get(prototype);
  if (layer === undefined) {
    layer = layerAbove(prototype, isEvent, isOutside, enter);
    layers.set(prototype, layer);
  }
  Object.setPrototypeOf(instance, layer);
}

function layerAbove(
  prototype: object,
  isEvent: (name: string) => boolean,
  isOutside: () => boolean,
  enter: (name: string, method: Method) => Method,
): object {
  const entries = new WeakMap<Method, Method>();
  return new Proxy(Object.create(prototype) as object, {
    get(_, name, receiver) {
      const value: unknown = Reflect.get(prototype, name, receiver);
      if (typeof value !== "function" || typeof name !== "string" || !isOutside() || !isEvent(name))
        return value;
      const method = value as Method;
      let entry = entries.get(method);
      if (entry === undefined) {
        entry = enter(name, method);
        entries.set(method, entry);
      }
      return entry;
    },
    ownKeys: () => Reflect.ownKeys(prototype),
    getOwnPropertyDescriptor(_, name) {
      const descriptor = Reflect.getOwnPropertyDescriptor(prototype, name);
      return descriptor && { ...descriptor, configurable: true };
    },
    defineProperty: (_, name, descriptor) => Reflect.defineProperty(prototype, name, descriptor),
    deleteProperty: (_, name) => Reflect.deleteProperty(prototype, name),
  });
}
