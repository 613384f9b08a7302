// `vite dev` with @cloudflare/vite-plugin: there the runtime calls classes of the plugin's, which extend the platform's and
// call those of the program. Over RPC they take a method off the program's prototype, past the layer that its instances
// have, and bind it to one.
import type { Class } from "./construction.ts";
import type { Entrance } from "./entrance.ts";
import type { Instrumentations } from "./env.ts";
import { setOwn } from "./own-property.ts";

type Method = (this: object, ...args: unknown[]) => unknown;

/** Whether the isolate is one of `vite dev`. */
const isRunByVite = (): boolean => "__VITE_ENVIRONMENT_RUNNER_IMPORT__" in globalThis;

export const vite: Instrumentations = {
  class(_, { classes, entrance }: { classes: Class[]; entrance: Entrance }) {
    if (!isRunByVite()) return;
    insertPrototype(classes.at(-1) as Class);
    const enter = () => {
      for (const { prototype } of classes) enterWhereBound(prototype, entrance);
    };
    enter();
    // Libraries put methods on prototypes where an object is made.
    queueMicrotask(enter);
  },
};

/** The plugin's classes have all that the platform's prototypes have: what is only for the program's goes between. */
function insertPrototype({ prototype }: { prototype: object }): void {
  const base = Object.getPrototypeOf(prototype) as object;
  // What is between has nothing of a class.
  if (Object.hasOwn(base, "constructor")) Object.setPrototypeOf(prototype, Object.create(base) as object);
}

/** Where a method of `prototype` that is an event is bound from outside, an entry is bound in its place. */
function enterWhereBound(prototype: object, { isEvent, isOutside, enter }: Entrance): void {
  for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
    if (typeof value !== "function" || !isEvent(name) || Object.hasOwn(value, "bind")) continue;
    const method = value as Method;
    const entered = enter(name, method);
    setOwn(method, "bind", (...args: [object]) =>
      Function.prototype.bind.apply(isOutside() ? entered : method, args),
    );
  }
}
