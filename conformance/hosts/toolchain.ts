// Miniflare and esbuild are those that wrangler brings, so that the oracle is the runtime that our users' wrangler has.
import { createRequire } from "node:module";
import type { BuildOptions } from "esbuild";

const fromWrangler = createRequire(createRequire(import.meta.url).resolve("wrangler"));

const miniflare = fromWrangler("miniflare") as typeof import("miniflare");
const esbuild = fromWrangler("esbuild") as typeof import("esbuild");

export const { Miniflare, convertV4MiniflareOptions, Log, LogLevel } = miniflare;
export type Miniflare = import("miniflare").Miniflare;

/** A Worker as one ES module, its imports of the runtime's own modules left as they are. */
export function bundle(worker: string): Promise<string> {
  return build({ entryPoints: [worker], external: ["cloudflare:*", "node:*"] });
}

/** A module that serves a Worker on `runtime`, with all that it imports but the runtime's own modules. */
export function bundleServed(entry: string, runtime: "node" | "bun" | "deno"): Promise<string> {
  return build({
    stdin: written(entry),
    alias: { "cloudflare:workers": "@enterspan/tracing/workers" },
    conditions: [runtime],
    external: ["node:*"],
  });
}

/** A module that instruments a Worker, with the aliases that bring what it imports to our modules. */
export function bundleDeployed(entry: string): Promise<string> {
  return build({
    stdin: written(entry),
    alias: {
      "cloudflare:sockets": "@enterspan/tracing/workerd/sockets",
      "cloudflare:workers": "@enterspan/tracing/workerd/workers",
    },
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:*", "node:*"],
  });
}

const written = (contents: string) => ({ contents, resolveDir: import.meta.dirname, loader: "ts" as const });

async function build(options: BuildOptions): Promise<string> {
  const { outputFiles } = await esbuild.build({
    ...options,
    bundle: true,
    write: false,
    format: "esm",
    target: "es2024",
    keepNames: true,
  });
  return outputFiles[0]?.text ?? "";
}
