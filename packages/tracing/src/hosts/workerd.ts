// What only workerd has: a `tracing` object of its own, which becomes ours. The generated entry of `enterspan dev`
// imports this before the user's module, so that nothing of the user's has run yet.
import type { Tracing } from "../api.ts";
import { tracing } from "../process.ts";

export { instrument } from "../instrument.ts";
export type { TracingConfig } from "../runtime.ts";

/**
 * Replaces the methods of `native`, the object that `cloudflare:workers` exports as `tracing`, so that every import of
 * it, in dependencies too, reaches us.
 */
export function replaceTracing(native: object): void {
  for (const name of Object.keys(tracing) as (keyof Tracing)[]) {
    Object.defineProperty(native, name, { value: tracing[name], writable: true, configurable: true, enumerable: true });
  }
}
