// Folders with a package.json and a lock of their own, for what only some tests need.
import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

interface Lock {
  packages: Record<string, { version?: string; optional?: boolean }>;
}

/** Installs what the folder's lock lists, unless that is there. Needs npm and its registry. */
export async function installIn(folder: string): Promise<void> {
  if (await isInstalled(folder)) return;
  const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
  const { error, status, stdout, stderr } = spawnSync("npm", args, { cwd: folder, encoding: "utf8" });
  if (status === 0) return;
  throw new Error(
    `The packages of ${folder} cannot be installed. Is npm's registry within reach? npm said:\n${error?.message ?? ""}${stdout}${stderr}`,
  );
}

async function isInstalled(folder: string): Promise<boolean> {
  const [wanted, present] = await Promise.all([
    readLock(join(folder, "package-lock.json")),
    readLock(join(folder, "node_modules/.package-lock.json")),
  ]);
  return Object.entries(wanted?.packages ?? {}).every(
    ([path, { version, optional }]) =>
      path === "" || optional === true || present?.packages[path]?.version === version,
  );
}

/** Undefined when there is no such file. */
async function readLock(path: string): Promise<Lock | undefined> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as Lock;
  } catch {
    return undefined;
  }
}
