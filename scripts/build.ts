// Builds what is published: each package's sources to dist, the explorer's page, the licence beside them. What is up to
// date is skipped.
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const explorer = join(root, "packages/explorer");

run("tsc", ["-b"], root);
if (
  isStale(join(explorer, "dist/index.html"), [explorer, join(root, "packages/backend/src/http/contract.ts")])
) {
  run("vite", ["build", "--logLevel", "warn"], explorer);
}

for (const name of readdirSync(join(root, "packages"))) {
  const directory = join(root, "packages", name);
  copyFileSync(join(root, "LICENSE"), join(directory, "LICENSE"));
  if (directory !== explorer) removeOrphans(directory);
}

/** The compiler leaves what it made of a source that has since gone, and it would be published. */
function removeOrphans(directory: string): void {
  const dist = join(directory, "dist");
  for (const file of readdirSync(dist, { recursive: true, encoding: "utf8" })) {
    const source = file.replace(/(\.d\.ts|\.js)(\.map)?$/, ".ts");
    if (source !== file && !existsSync(join(directory, "src", source))) rmSync(join(dist, file));
  }
}

function run(command: string, args: string[], cwd: string): void {
  // The tool has said what is wrong; a stack of ours would only hide it.
  const { status } = spawnSync(join(root, "node_modules/.bin", command), args, { cwd, stdio: "inherit" });
  if (status !== 0) process.exit(1);
}

/** Whether `output` is missing or older than any source below `inputs`. */
function isStale(output: string, inputs: string[]): boolean {
  if (!existsSync(output)) return true;
  const built = statSync(output).mtimeMs;
  return inputs.some((input) => newest(input) > built);
}

function newest(path: string): number {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  const entries = readdirSync(path).filter((name) => name !== "dist" && name !== "node_modules");
  return Math.max(0, ...entries.map((name) => newest(join(path, name))));
}
