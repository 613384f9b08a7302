// What only workerd has: a `tracing` object of its own, which becomes ours. The generated entry of `enterspan dev`
// calls `install` before the user's module is evaluated, so that nothing of the user's has kept what it replaces.
import type { Config } from "../config.ts";
import { ancestryOf, type Class } from "../instrument/construction.ts";
import { tellingClass } from "../instrument/default-class.ts";
import type { Instrumentations } from "../instrument/env.ts";
import { installOnce } from "../instrument/install.ts";
import type { Installation } from "../instrument/installation.ts";
import { replaceTracing } from "../instrument/native-tracing.ts";
import type { Bound } from "../instrument/rpc/peers.ts";
import { instrumentWorker } from "../instrument/worker.ts";

export { type Config, readConfig } from "../config.ts";
export { d1 } from "../instrument/bindings/d1.ts";
export { objectStorage } from "../instrument/bindings/durable-object-storage.ts";
export { email } from "../instrument/bindings/email.ts";
export { kv } from "../instrument/bindings/kv.ts";
export { queues } from "../instrument/bindings/queue.ts";
export { r2 } from "../instrument/bindings/r2.ts";
export { services } from "../instrument/bindings/services.ts";
export { workflows } from "../instrument/bindings/step.ts";

/**
 * Instruments the isolate, and replaces the methods of `native`, the object that `cloudflare:workers` exports as
 * `tracing`, so that every import of it, in dependencies too, reaches us. Undefined where the runtime has none yet. Of
 * bindings that not every Worker has, those are instrumented that `instrumentations` are for: `{ ...kv, ...d1 }`.
 */
export function install(
  native: object | undefined,
  config: Config,
  instrumentations: Instrumentations,
): Installation {
  const installation = installOnce(() => config, instrumentations);
  if (native !== undefined) replaceTracing(native);
  return installation;
}

/**
 * Instruments all that a Worker's module exports: its classes in place, so that `export *` exports them instrumented.
 * Returns what to export in their place where that is known by name, and by default. `bound` tells what bindings lead to.
 */
export function instrumentModule(
  installation: Installation,
  module: Record<string, unknown>,
  bound?: Bound,
): Record<string, unknown> {
  if (bound !== undefined) installation.peers.know(bound);
  const instrumented: Record<string, unknown> = {};
  for (const [name, exported] of Object.entries(module)) {
    if (name === "default") continue;
    // A function that is no class may be anything; a class that extends nothing is one only where it gets events. What
    // stands in for a class does not show the text of one.
    const isClass =
      typeof exported === "function" &&
      (ancestryOf(exported as Class).base !== undefined ||
        /^class\b/.test(Function.prototype.toString.call(exported)));
    instrumented[name] = isClass ? instrumentWorker(installation, exported, name) : exported;
  }
  const byDefault = instrumentWorker(installation, module.default ?? {}, "");
  return { ...instrumented, default: tellingClass(byDefault) };
}
