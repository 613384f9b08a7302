// Resolves `cloudflare:` modules on Node (and Deno, which has Node's hooks). Newer Nodes have hooks that run in the
// program's own thread and see `require` too; older ones (22.12 to 22.14) have one way for each.
import Module from "node:module";
import { fileURLToPath } from "node:url";
import { isCloudflareModule, standInFor } from "./stand-ins.ts";

/** The part of CommonJS's loader that older Nodes leave to be replaced. */
interface Loader {
  _resolveFilename(request: string, ...rest: unknown[]): string;
}

const REGISTERED = Symbol.for("enterspan.registered");

/** A second call, of another copy of this package too, does nothing. */
export function registerOnNode(): void {
  if (REGISTERED in globalThis) return;
  Object.defineProperty(globalThis, REGISTERED, { value: true });
  const { register, registerHooks } = Module as Partial<typeof Module>;
  if (registerHooks !== undefined) {
    registerHooks({
      resolve: (specifier, context, next) =>
        isCloudflareModule(specifier)
          ? { url: standInFor(specifier), shortCircuit: true }
          : next(specifier, context),
    });
    return;
  }
  register?.("./resolve-hook.js", import.meta.url);
  const loader = Module as unknown as Loader;
  const resolveFilename = loader._resolveFilename;
  loader._resolveFilename = function (request, ...rest) {
    return isCloudflareModule(request)
      ? fileURLToPath(standInFor(request))
      : resolveFilename.call(this, request, ...rest);
  };
}
