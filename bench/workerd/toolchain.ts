// Miniflare, esbuild and workerd are those that wrangler brings: the runtime that our users' wrangler has.
import { createRequire } from "node:module";

const fromWrangler = createRequire(createRequire(import.meta.url).resolve("wrangler"));

const miniflare = fromWrangler("miniflare") as typeof import("miniflare");
const esbuild = fromWrangler("esbuild") as typeof import("esbuild");

/** Path of the binary. */
export const workerd = (createRequire(fromWrangler.resolve("miniflare"))("workerd") as { default: string })
  .default;
export const { Miniflare, convertV4MiniflareOptions, Log, LogLevel } = miniflare;
export type Miniflare = import("miniflare").Miniflare;

/** The newest behaviour that the installed runtime has. */
export const COMPATIBILITY_DATE = "2026-11-17";

/** A Worker as one minified ES module; `config` becomes its constant `CONFIG`. */
export async function bundle(worker: URL, config: object = {}): Promise<string> {
  const { outputFiles } = await esbuild.build({
    entryPoints: [worker.pathname],
    bundle: true,
    write: false,
    minify: true,
    format: "esm",
    target: "es2024",
    conditions: ["@enterspan/source", "workerd", "worker", "import"],
    external: ["cloudflare:*", "node:*"],
    define: { CONFIG: JSON.stringify(config) },
    logLevel: "error",
  });
  return outputFiles[0]?.text ?? "";
}
