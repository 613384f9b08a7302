// Finds the cases: cases/<operation>/<case>.ts is a Worker, <case>.case.ts beside it, where there is one, its declaration.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Case, Declaration } from "./case.ts";

const CASES = fileURLToPath(new URL("cases/", import.meta.url));

/** All cases by name, or those whose name contains `part`. */
export async function discoverCases(part = ""): Promise<Case[]> {
  const cases: Case[] = [];
  for (const operation of await readdir(CASES, { withFileTypes: true })) {
    if (!operation.isDirectory()) continue;
    const folder = join(CASES, operation.name);
    const files = await readdir(folder);
    for (const file of files) {
      if (!file.endsWith(".ts") || file.endsWith(".case.ts")) continue;
      const name = file.slice(0, -".ts".length);
      const declaration = files.includes(`${name}.case.ts`)
        ? await declared(join(folder, `${name}.case.ts`))
        : {};
      cases.push({ ...declaration, name: `${operation.name}/${name}`, worker: join(folder, file) });
    }
  }
  return cases.filter(({ name }) => name.includes(part)).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** What a runtime must have to run the case. */
export function needsOf({
  needs = [],
  bindings: { upstream: _, kv, d1, r2, ...others } = {},
}: Case): NonNullable<Case["needs"]> {
  const implied: typeof needs = [];
  if (kv !== undefined || d1 !== undefined || r2 !== undefined) implied.push("hasDatabases");
  if (Object.keys(others).length > 0) implied.push("hasWorkerd");
  return [...implied, ...needs];
}

async function declared(path: string): Promise<Declaration> {
  const module = (await import(pathToFileURL(path).href)) as { default: Declaration };
  return module.default;
}
