// What `cloudflare:workers` exports of the Worker's environment: `env`, `exports`, and their replacement for a callback. In
// a module of its own, because Deno evaluates the module that a hook names once for `import` and again for `require`.
import { createScoped } from "./scoped.ts";

const scopedEnv = createScoped();
const scopedExports = createScoped();

/**
 * The Worker's bindings. Empty until whoever starts the Worker assigns to it, which `enterspan run` does before it
 * evaluates the Worker's module: `Object.assign(env, { GREETING: "hello" })`.
 */
export const env = scopedEnv.proxy;

/** Filled in the same way. Bindings of the Worker to its own exports need workerd, so there are none by default. */
export const exports = scopedExports.proxy;

/** Runs `callback` so that it, and all that it starts, sees `newEnv` as `env`. Returns what it returns. */
export function withEnv<T>(newEnv: unknown, callback: () => T): T {
  return scopedEnv.run(newEnv, callback);
}

/** As `withEnv`, for `exports`. */
export function withExports<T>(newExports: unknown, callback: () => T): T {
  return scopedExports.run(newExports, callback);
}

/** Both at once. */
export function withEnvAndExports<T>(newEnv: unknown, newExports: unknown, callback: () => T): T {
  return withEnv(newEnv, () => withExports(newExports, callback));
}
