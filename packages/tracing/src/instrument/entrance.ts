// A layer between an instance and its class's prototype: what the runtime asks an instance for is an event, what the
// program does is not. So the prototypes, and each method as what it is, stay the program's own: libraries know methods
// by identity, as decorators do.

type Method = (this: object, ...args: unknown[]) => unknown;

const layers = new WeakMap<object, object>();

/**
 * Makes `instance` inherit by way of a layer on which reading a method that `isEvent` names gives what `enter` returns
 * for it, while `isOutside` says that nobody but the runtime can be reading. What is changed about the class later holds
 * as ever; a method that is added later is no event.
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
    layer = Object.create(prototype, accessors(prototype, isEvent, isOutside, enter)) as object;
    layers.set(prototype, layer);
  }
  Object.setPrototypeOf(instance, layer);
}

function accessors(
  prototype: object,
  isEvent: (name: string) => boolean,
  isOutside: () => boolean,
  enter: (name: string, method: Method) => Method,
): PropertyDescriptorMap {
  const entered = new WeakMap<Method, Method>();
  const layer: PropertyDescriptorMap = {};
  for (const [name, enumerable] of methodsOf(prototype)) {
    if (!isEvent(name)) continue;
    layer[name] = {
      configurable: true,
      enumerable,
      get(this: object) {
        const method = Reflect.get(prototype, name, this) as Method;
        if (typeof method !== "function" || !isOutside()) return method;
        let entry = entered.get(method);
        if (entry === undefined) {
          entry = enter(name, method);
          entered.set(method, entry);
        }
        return entry;
      },
      // An assignment makes a property of the instance, as it does where a method is inherited.
      set(this: object, value: unknown) {
        Object.defineProperty(this, name, { value, writable: true, enumerable: true, configurable: true });
      },
    };
  }
  return layer;
}

/** Names of the methods on the way up to `Object`, each with whether it is enumerable. What getters give may be anything. */
function methodsOf(prototype: object): Map<string, boolean> {
  const methods = new Map<string, boolean>();
  for (
    let current = prototype;
    current !== null && current !== Object.prototype;
    current = Object.getPrototypeOf(current) as object
  ) {
    for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(current))) {
      const { value, enumerable = false } = descriptor as PropertyDescriptor;
      if (typeof value === "function" && !methods.has(name)) methods.set(name, enumerable);
    }
  }
  return methods;
}
