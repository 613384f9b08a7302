// The `import` side of older Nodes' hooks. Node loads this module in a thread of its own.
import type { ResolveHook } from "node:module";
import { isCloudflareModule, standInFor } from "./stand-ins.ts";

export const resolve: ResolveHook = (specifier, context, next) =>
  isCloudflareModule(specifier)
    ? { url: standInFor(specifier), shortCircuit: true }
    : next(specifier, context);
