// What only workerd has: a `tracing` object of its own, which becomes ours. The generated entry of `enterspan dev`
// calls `install` before the user's module is evaluated, so that nothing of the user's has kept what it replaces.
import type { TracingConfig } from "../config.ts";
import { replaceTracing } from "../instrument/native-tracing.ts";
import { attempt } from "../instrument/operation.ts";
import { instrumentWorker, openGate } from "../instrument/worker.ts";
import { installOnce } from "../instrument.ts";

export type { SignalConfig, TracingConfig } from "../config.ts";

/**
 * Instruments all that a Worker's module exports: its classes in place, so that `export *` exports them instrumented.
 * Returns what to export in their place where that is known by name, and by default.
 */
export function instrumentModule(
  module: Record<string, unknown>,
  config: TracingConfig,
): Record<string, unknown> {
  const installation = installOnce(config);
  const instrumented: Record<string, unknown> = {};
  for (const [name, exported] of Object.entries(module)) {
    // A function that is no class may be anything; a class that extends nothing is one only where it gets events.
    const isClass =
      typeof exported === "function" && /^class\b/.test(Function.prototype.toString.call(exported));
    if (name === "default") continue;
    instrumented[name] = isClass ? instrumentWorker(installation, exported, name) : exported;
    // Where it is frozen it is called plainly.
    if (!isClass && isPlainObject(exported)) attempt(() => openGate(installation, exported));
  }
  return { ...instrumented, default: instrumentWorker(installation, module.default ?? {}, "") };
}

/**
 * Instruments the isolate, and replaces the methods of `native`, the object that `cloudflare:workers` exports as
 * `tracing`, so that every import of it, in dependencies too, reaches us. Undefined where the runtime has none yet.
 */
export function install(native: object | undefined, config: TracingConfig): void {
  installOnce(config);
  if (native !== undefined) replaceTracing(native);
}

/** It may hold handlers, which are called over RPC only: nothing can take the place of what a module exports by name. */
function isPlainObject(exported: unknown): exported is object {
  return (
    typeof exported === "object" && exported !== null && Object.getPrototypeOf(exported) === Object.prototype
  );
}
