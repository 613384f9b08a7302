// workerd's own `tracing`, which programs and libraries import from `cloudflare:workers`: its methods become ours. The
// object stays the runtime's, as do those of the same class on handlers' contexts.
import type { Tracing } from "../api.ts";
import { tracing } from "../process.ts";
import { setOwn } from "./own-property.ts";

const ours = Object.getPrototypeOf(tracing) as Tracing;
let isReplaced = false;

/** Gives all objects of the class of `native` our methods. */
export function replaceTracing(native: object): void {
  if (isReplaced) return;
  const prototype = Object.getPrototypeOf(native) as object;
  for (const name of Object.keys(ours)) setOwn(prototype, name, ours[name as keyof Tracing], true);
  isReplaced = true;
}

/**
 * Replaces it through a handler's context, which has one: nothing else leads there without an import that other runtimes
 * lack. False where it has none, as a Durable Object's.
 */
export function replaceTracingOf({ tracing: native }: { tracing?: unknown }): boolean {
  if (!(native instanceof Object) || native.constructor.name !== "Tracing" || !("enterSpan" in native))
    return false;
  replaceTracing(native);
  return true;
}
