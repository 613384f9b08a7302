// A layer between an instance and its class's prototype: a member that the runtime asks an instance for is an event, one
// that the program asks for is not. So the prototypes, and each method as what it is, stay the program's own: libraries
// know methods by identity, as decorators do, and look at what a class has of its own. To all of them the layer looks
// like the prototype. Fields are not slowed down by it, and methods no more than by a function around each.

import { lookLike } from "../stand-in.ts";
import { isCalledByRuntime } from "./caller.ts";

type Method = (this: object, ...args: unknown[]) => unknown;

/** What becomes of the runtime's asking. */
export interface Entrance {
  /** Which names are events. */
  isEvent(name: string): boolean;
  /** Whether nobody but the runtime can be asking. */
  isOutside(): boolean;
  /** What it gets in place of a method. */
  enter(name: string, method: Method): Method;
  /** What it gets of a property that is computed; without this, what the program gets. */
  read?(self: object, name: string, compute: () => unknown): unknown;
}

/** What stands in for `method`, and looks like it: calls that are events go through `enter`. */
export function entry(
  method: Method,
  isEvent: (called: Method) => boolean,
  enter: (self: object, args: unknown[], call: () => unknown) => unknown,
): Method {
  const { called } = {
    called(this: object, ...args: unknown[]): unknown {
      const call = () => method.apply(this, args);
      return isEvent(called) ? enter(this, args, call) : call();
    },
  };
  return lookLike(called, method);
}

const layers = new WeakMap<object, object>();

/** Makes `instance` inherit by way of a layer. Of one class all have the same, with the first one's `entrance`. */
export function addEntrance(instance: object, entrance: Entrance): void {
  const prototype = Object.getPrototypeOf(instance) as object;
  let layer = layers.get(prototype);
  if (layer === undefined) {
    layer = layerAbove(prototype, entrance);
    layers.set(prototype, layer);
  }
  Object.setPrototypeOf(instance, layer);
}

function layerAbove(prototype: object, { isEvent, isOutside, enter, read }: Entrance): object {
  const entries = new WeakMap<Method, Method>();
  const enterOnce = (name: string, method: Method): Method => {
    let entry = entries.get(method);
    if (entry === undefined) {
      entry = enter(name, method);
      entries.set(method, entry);
    }
    return entry;
  };
  const get = (_: object, name: string | symbol, receiver: object): unknown => {
    const compute = (): unknown => Reflect.get(prototype, name, receiver);
    if (typeof name !== "string" || !isOutside() || !isEvent(name)) return compute();
    if (read !== undefined && isComputed(prototype, name))
      return isCalledByRuntime(get) ? read(receiver, name, compute) : compute();
    const value = compute();
    return typeof value === "function" ? enterOnce(name, value as Method) : value;
  };
  return new Proxy(Object.create(prototype) as object, {
    get,
    ownKeys: () => Reflect.ownKeys(prototype),
    getOwnPropertyDescriptor(_, name) {
      const descriptor = Reflect.getOwnPropertyDescriptor(prototype, name);
      return descriptor && { ...descriptor, configurable: true };
    },
    defineProperty: (_, name, descriptor) => Reflect.defineProperty(prototype, name, descriptor),
    deleteProperty: (_, name) => Reflect.deleteProperty(prototype, name),
  });
}

function isComputed(prototype: object, name: string): boolean {
  for (let one: object | null = prototype; one !== null; one = Object.getPrototypeOf(one) as object | null) {
    const descriptor = Reflect.getOwnPropertyDescriptor(one, name);
    if (descriptor !== undefined) return descriptor.get !== undefined;
  }
  return false;
}
