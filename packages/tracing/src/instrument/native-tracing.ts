// workerd's own `tracing`, which programs and libraries import from `cloudflare:workers`: its methods become ours.
import type { Tracing } from "../api.ts";
import { tracing } from "../process.ts";
import { setOwn } from "./own-property.ts";

let isReplaced = false;

/** Gives `native`, or the prototype of all such objects, our methods. */
export function replaceTracing(native: object): void {
  for (const name of Object.getOwnPropertyNames(tracing))
    setOwn(native, name, tracing[name as keyof Tracing]);
  isReplaced = true;
}

/**
 * Replaces it through a handler's context, which has one of the same class: nothing else leads there without an import
 * that other runtimes lack. A Durable Object's context has none.
 */
export function replaceTracingOf(context: { tracing?: unknown }): void {
  if (isReplaced) return;
  const { tracing: native } = context;
  if (typeof native !== "object" || native === null || native.constructor?.name !== "Tracing") return;
  const prototype = Object.getPrototypeOf(native) as object;
  if (Object.hasOwn(prototype, "enterSpan")) replaceTracing(prototype);
}
