// Resolves `cloudflare:` modules on Bun, by its plugins.
import { fileURLToPath } from "node:url";
import { standInFor } from "./stand-ins.ts";

/** The part of Bun's plugins that is used. Bun takes what stands before a colon for a namespace. */
interface Bun {
  plugin(plugin: { name: string; setup(build: Build): void }): void;
}

interface Build {
  onResolve(
    filter: { filter: RegExp; namespace: string },
    resolve: (asked: { path: string }) => { path: string; namespace: string },
  ): void;
}

export function registerOnBun(): void {
  const { Bun } = globalThis as unknown as { Bun: Bun };
  Bun.plugin({
    name: "@enterspan/tracing",
    setup(build) {
      build.onResolve({ filter: /.*/, namespace: "cloudflare" }, ({ path }) => ({
        path: fileURLToPath(standInFor(`cloudflare:${path}`)),
        namespace: "file",
      }));
    },
  });
}
