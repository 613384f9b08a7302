// Sees the instances of a class being made, without taking the class's place: what a class of the platform's is extended
// by gets a step of ours between. Where that is not enough, a proxy stands in for the class.
import { lookLike } from "../stand-in.ts";

export type Class = new (...args: never[]) => object;

/** The classes of `cloudflare:workers` that Workers export. What extends another, such as `RpcTarget`, is no export. */
export type Base = "DurableObject" | "WorkerEntrypoint" | "WorkflowEntrypoint" | "RpcTarget";

const BASES: ReadonlySet<string> = new Set<Base>([
  "DurableObject",
  "WorkerEntrypoint",
  "WorkflowEntrypoint",
  "RpcTarget",
]);

/** Ours, between a class of the program's and one of the platform's. */
const steps = new WeakSet<object>();

export interface Ancestry {
  /** Of the platform's; undefined for a class that extends none. */
  base: Base | undefined;
  /** The class itself and all that it extends, without the platform's. */
  classes: Class[];
}

export function ancestryOf(exported: Class): Ancestry {
  const classes: Class[] = [];
  for (
    let current: unknown = exported;
    typeof current === "function" && current !== Function.prototype;
    current = Object.getPrototypeOf(current)
  ) {
    if (!steps.has(current)) classes.push(current as Class);
  }
  // The last one of that name: a program may call a class of its own so too.
  const at = classes.findLastIndex(({ name }) => BASES.has(name));
  return at === -1
    ? { base: undefined, classes }
    : { base: (classes[at] as Class).name as Base, classes: classes.slice(0, at) };
}

/**
 * Calls `made` with each new instance of `lowest`, which extends a class of the platform's, and of whatever extends it:
 * after the platform's constructor and before any of the program's. What `made` returns is `this` from there on. The
 * second time it does nothing.
 *
 * @throws TypeError for a class that is frozen.
 */
export function interceptSuper(
  lowest: Class,
  made: (instance: object, args: unknown[], newTarget: Class) => object,
): void {
  const base = Object.getPrototypeOf(lowest) as Class;
  if (steps.has(base)) return;
  // `super()` calls what is the prototype of its class by then.
  const step = function (...args: never[]): object {
    const newTarget = new.target as unknown as Class;
    const instance = Reflect.construct(base, args, newTarget) as object;
    try {
      return made(instance, args, newTarget);
    } catch {
      return instance;
    }
  };
  lookLike(step, base);
  step.prototype = base.prototype;
  Object.setPrototypeOf(step, base);
  Object.setPrototypeOf(lowest, step);
  steps.add(step);
}

/**
 * A stand-in for a class, the same to the program and the runtime, except that `construct` makes its instances: it gets
 * the constructor's arguments, and a function that calls it.
 */
export function interceptNew(
  exported: Class,
  construct: (args: unknown[], make: () => object) => object,
): Class {
  const standIn: Class = new Proxy(exported, {
    construct: (target, args, newTarget) =>
      construct(args, () => Reflect.construct(target, args, newTarget === standIn ? target : newTarget)),
  });
  return standIn;
}
