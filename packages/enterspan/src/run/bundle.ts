// Makes modules that Node can run of the user's code, as wrangler makes one that workerd can: extensionless imports,
// TypeScript of every kind, JSON, text, WebAssembly. Source maps keep stacks in the user's files.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { type BuildFailure, build, formatMessages, type Message } from "esbuild";
import { CliError } from "../errors.ts";
import type { WranglerConfig } from "../wrangler.ts";
import { userImports } from "./imports.ts";

export interface BundleOptions {
  /** The Worker's name, for messages. */
  name: string;
  /** Absolute paths of modules; the result has them under the same names. */
  entries: Record<string, string>;
  /** Where the result goes: ours, and emptied before. It lies in the project, so that packages are found from it. */
  outDir: string;
  config: Pick<WranglerConfig, "rules" | "define" | "alias" | "tsconfig">;
}

/** Returns the bundled modules' paths, by the entries' names. Entries share what both import. */
export async function bundle({
  name,
  entries,
  outDir,
  config,
}: BundleOptions): Promise<Record<string, string>> {
  rmSync(outDir, { recursive: true, force: true });
  try {
    await build({
      entryPoints: entries,
      outdir: outDir,
      outExtension: { ".js": ".mjs" },
      bundle: true,
      splitting: true,
      format: "esm",
      platform: "node",
      target: "node22",
      // Without esbuild's "module", which names code for bundlers alone.
      conditions: [],
      sourcemap: "linked",
      keepNames: true,
      // For packages that the user's own CommonJS requires.
      banner: {
        js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
      },
      logLevel: "silent",
      plugins: [userImports(outDir, config.rules ?? [])],
      ...(config.define && { define: config.define }),
      ...(config.alias && { alias: config.alias }),
      ...(config.tsconfig && { tsconfig: config.tsconfig }),
    });
  } catch (error) {
    const { errors } = error as Partial<BuildFailure>;
    if (errors === undefined) throw error;
    const messages = await formatMessages(errors.map(advise), { kind: "error", color: false });
    throw new CliError(`${name} does not build:\n\n${messages.join("\n").trimEnd()}`);
  }
  return Object.fromEntries(Object.keys(entries).map((entry) => [entry, join(outDir, `${entry}.mjs`)]));
}

/** Of a package that is not there esbuild advises what those can do who call esbuild. */
function advise(error: Message): Message {
  const [, name] = /^Could not resolve "((?:@[^/"]+\/)?[^./"][^/"]*)/.exec(error.text) ?? [];
  if (name === undefined) return error;
  const notes = error.notes.filter(({ text }) => !text.startsWith("You can mark the path"));
  return { ...error, notes: [...notes, { text: `Is it installed? npm install ${name}`, location: null }] };
}
