// Decides for each import of the user's code whether it becomes part of the bundle: their own files do, packages are left
// to Node, which finds them from where the bundle lies.
import { existsSync, realpathSync } from "node:fs";
import { dirname, isAbsolute, join, sep } from "node:path";
import { pathToFileURL } from "node:url";
import type { OnResolveArgs, OnResolveResult, Plugin, PluginBuild } from "esbuild";
import type { ModuleRule } from "../wrangler.ts";
import { kindOf, loadFile } from "./module-rules.ts";

/** Marks the question that this plugin asks esbuild itself. */
const ASKED = Symbol("asked by enterspan");
const FILE = "file-of-another-kind";

export function userImports(outDir: string, rules: ModuleRule[]): Plugin {
  return {
    name: "enterspan",
    setup(build) {
      build.onResolve({ filter: /.*/ }, (asked) => resolveImport(build, asked, outDir, rules));
      build.onLoad({ filter: /.*/, namespace: FILE }, ({ path }) => {
        const kind = kindOf(path, rules);
        return kind && loadFile(path, kind);
      });
    },
  };
}

async function resolveImport(
  build: PluginBuild,
  asked: OnResolveArgs,
  outDir: string,
  rules: ModuleRule[],
): Promise<OnResolveResult | undefined> {
  const { kind, resolveDir, importer, pluginData } = asked;
  if (pluginData === ASKED || kind === "entry-point" || asked.namespace === FILE) return undefined;
  if (/^(node|cloudflare):/.test(asked.path)) return { path: asked.path, external: true };
  // One copy of the tracer a process: ours.
  if (/^@enterspan\/tracing($|\/)/.test(asked.path)) {
    return { path: import.meta.resolve(asked.path), external: true };
  }
  const path = asked.path.replace(/\?module$/, "");
  const found = await build.resolve(path, { kind, resolveDir, importer, pluginData: ASKED });
  const isPackage = !/^[.#]/.test(path) && !isAbsolute(path);
  if (found.errors.length > 0) {
    // A package may be there and open itself only to conditions that esbuild does not know, and Node does.
    return isPackage && packageDir(path, resolveDir) !== undefined ? { path, external: true } : undefined;
  }
  if (found.external) return { path: found.path, external: true };
  if (kindOf(found.path, rules) !== undefined) return { path: found.path, namespace: FILE };
  if (!isPackage || !found.path.includes(`${sep}node_modules${sep}`)) return undefined;
  if (packageDir(path, resolveDir) === packageDir(path, outDir)) return { path, external: true };
  return { path: kind === "import-statement" ? pathToFileURL(found.path).href : found.path, external: true };
}

/** Where Node finds the package of `specifier` from `dir`. */
function packageDir(specifier: string, dir: string): string | undefined {
  const name = /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier;
  for (let at = dir; ; at = dirname(at)) {
    const path = join(at, "node_modules", name);
    if (existsSync(path)) return realpathSync(path);
    if (dirname(at) === at) return undefined;
  }
}
