// What only workerd has: a `tracing` object of its own, which becomes ours. The generated entry of `enterspan dev`
// calls `install` before the user's module is evaluated, so that nothing of the user's has kept what it replaces.
import type { Tracing } from "../api.ts";
import { setOwn } from "../instrument/own-property.ts";
import { installOnce } from "../instrument.ts";
import { tracing } from "../process.ts";
import type { TracingConfig } from "../runtime.ts";

export { instrument } from "../instrument.ts";
export type { SignalConfig, TracingConfig } from "../runtime.ts";

/**
 * Instruments the isolate, and replaces the methods of `native`, the object that `cloudflare:workers` exports as
 * `tracing`, so that every import of it, in dependencies too, reaches us. Undefined where the runtime has none yet.
 */
export function install(native: object | undefined, config: TracingConfig): void {
  installOnce(config);
  if (native === undefined) return;
  for (const name of Object.keys(tracing) as (keyof Tracing)[]) setOwn(native, name, tracing[name], true);
}
