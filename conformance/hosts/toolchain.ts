// Miniflare and esbuild are those that wrangler brings, so that the oracle is the runtime that our users' wrangler has.
import { createRequire } from "node:module";

const fromWrangler = createRequire(createRequire(import.meta.url).resolve("wrangler"));

const miniflare = fromWrangler("miniflare") as typeof import("miniflare");
const esbuild = fromWrangler("esbuild") as typeof import("esbuild");

export const { Miniflare, convertV4MiniflareOptions, Log, LogLevel } = miniflare;
export type Miniflare = import("miniflare").Miniflare;

/** A Worker as one ES module, its imports of the runtime's own modules left as they are. */
export async function bundle(worker: string): Promise<string> {
  const { outputFiles } = await esbuild.build({
    entryPoints: [worker],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2024",
    external: ["cloudflare:*", "node:*"],
    keepNames: true,
  });
  return outputFiles[0]?.text ?? "";
}

/** A module that serves a Worker on `runtime`, with all that it imports but the runtime's own modules. */
export async function bundleServed(entry: string, runtime: "node" | "bun" | "deno"): Promise<string> {
  const { outputFiles } = await esbuild.build({
    stdin: { contents: entry, resolveDir: import.meta.dirname, loader: "ts" },
    alias: { "cloudflare:workers": "@enterspan/tracing/workers" },
    conditions: [runtime],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2024",
    external: ["node:*"],
    keepNames: true,
  });
  return outputFiles[0]?.text ?? "";
}

/** A module that instruments a Worker, with the alias that brings what it imports to our sockets. */
export async function bundleDeployed(entry: string): Promise<string> {
  const { outputFiles } = await esbuild.build({
    stdin: { contents: entry, resolveDir: import.meta.dirname, loader: "ts" },
    alias: { "cloudflare:sockets": "@enterspan/tracing/workerd/sockets" },
    conditions: ["workerd", "worker", "browser"],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2024",
    external: ["cloudflare:*", "node:*"],
    keepNames: true,
  });
  return outputFiles[0]?.text ?? "";
}
