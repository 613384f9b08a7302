// The runtimes beside workerd, as binaries. Node 24 is the repository's own; the others lie in runtimes/, which has a
// package.json and a lock of its own, and are installed when they are missing or not those of the lock.
import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const FOLDER = fileURLToPath(new URL("../runtimes/", import.meta.url));
const require = createRequire(import.meta.url);

/** Each of these has a package per platform, whose alias is `<name>-<platform>-<architecture>`. */
const BINARIES = { "node-22": "bin/node", "node-26": "bin/node", bun: "bin/bun", deno: "deno" } as const;

export type RuntimeName = "node-24" | keyof typeof BINARIES;

/** Path of the runtime's binary. */
export function binaryOf(name: RuntimeName): string {
  if (name === "node-24") return join(dirname(require.resolve("node/package.json")), "bin/node");
  return join(FOLDER, "node_modules", aliasOf(name), BINARIES[name]);
}

/** Does nothing when all are there. Needs npm and its registry, for some seconds and 600 MB of disk. */
export async function installRuntimes(): Promise<void> {
  if ((await missing()).length === 0) return;
  // The packages are binaries and nothing else, so no script of theirs has to run.
  const { error, stdout, stderr } = spawnSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], {
    cwd: FOLDER,
    encoding: "utf8",
  });
  // A platform's package is optional, so npm calls it a success when it had none of them.
  const stillMissing = await missing();
  if (stillMissing.length === 0) return;
  throw new Error(
    `The suite lacks the runtimes ${stillMissing.join(", ")} for ${process.platform} on ${process.arch}. If conformance/runtimes/package.json lists that platform, is npm's registry within reach? npm said:\n${error?.message ?? ""}${stdout}${stderr}`,
  );
}

/** Those that are not there in the lock's version. */
async function missing(): Promise<string[]> {
  const lock = await readJson<{ packages: Record<string, { version: string }> }>("package-lock.json");
  const names: string[] = [];
  for (const name of Object.keys(BINARIES) as (keyof typeof BINARIES)[]) {
    const path = `node_modules/${aliasOf(name)}`;
    const installed = await readJson<{ version: string }>(`${path}/package.json`);
    if (installed === undefined || installed.version !== lock?.packages[path]?.version) names.push(name);
  }
  return names;
}

function aliasOf(name: keyof typeof BINARIES): string {
  return `${name}-${process.platform}-${process.arch}`;
}

/** Undefined when there is no such file. */
async function readJson<T>(path: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(join(FOLDER, path), "utf8")) as T;
  } catch {
    return undefined;
  }
}
