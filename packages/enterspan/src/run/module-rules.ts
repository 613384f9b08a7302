// Files that a Worker imports as something else than code: text, bytes, WebAssembly. Which ones they are is said by
// Wrangler's rules; what a module of each gives, too.
import { readFile } from "node:fs/promises";
import { matchesGlob } from "node:path";
import type { OnLoadResult } from "esbuild";
import type { ModuleRule } from "../wrangler.ts";

const DEFAULT_RULES: ModuleRule[] = [
  { type: "Text", globs: ["**/*.txt", "**/*.html", "**/*.sql"] },
  { type: "Data", globs: ["**/*.bin"] },
  { type: "CompiledWasm", globs: ["**/*.wasm"] },
];

const KINDS = {
  Text: async (path: string): Promise<OnLoadResult> => ({ contents: await readFile(path), loader: "text" }),
  Data: (path: string): OnLoadResult => ({
    contents: `import { readFileSync } from "node:fs";
const { buffer, byteOffset, byteLength } = readFileSync(${JSON.stringify(path)});
export default buffer.slice(byteOffset, byteOffset + byteLength);`,
  }),
  CompiledWasm: (path: string): OnLoadResult => ({
    contents: `import { readFileSync } from "node:fs";
export default new WebAssembly.Module(readFileSync(${JSON.stringify(path)}));`,
  }),
};

export type FileKind = keyof typeof KINDS;

/** What the file is imported as; undefined for code. `rules`, the Wrangler file's own, go before the usual ones. */
export function kindOf(path: string, rules: ModuleRule[]): FileKind | undefined {
  const rule = [...rules, ...DEFAULT_RULES].find(({ globs }) => globs.some((glob) => matches(path, glob)));
  return rule !== undefined && rule.type in KINDS ? (rule.type as FileKind) : undefined;
}

/** Almost every glob is an ending; for others older Nodes warn that their matching is an experiment. */
function matches(path: string, glob: string): boolean {
  const ending = /^\*\*\/\*(\.\w+)$/.exec(glob)?.[1];
  return ending === undefined ? matchesGlob(path, glob) : path.endsWith(ending);
}

export const loadFile = (path: string, kind: FileKind): OnLoadResult | Promise<OnLoadResult> =>
  KINDS[kind](path);
