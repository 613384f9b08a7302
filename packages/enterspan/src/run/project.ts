// Finds out what `enterspan run` is to run: from its arguments, the Wrangler file if there is one, and package.json.
import { execSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, extname, join, resolve } from "node:path";
import type { ServiceRoute } from "@enterspan/backend";
import { CliError } from "../errors.ts";
import { lookForConfig, readConfig, routeOf, type Signal, signal, whyUninstrumented } from "../project.ts";
import { findWrangler } from "../wrangler.ts";
import type { WranglerFile } from "./bindings.ts";

export interface RunTarget {
  /** The Worker's module; by default `main` of the Wrangler file. */
  entry?: string | undefined;
  /** The Wrangler file; by default the one in `cwd`, if there is one. */
  config?: string | undefined;
  /** A named environment of it. */
  env?: string | undefined;
  /** The service's name; by default that of the Wrangler file, else of package.json. */
  name?: string | undefined;
  /** A module that gives the bindings. */
  envModule?: string | undefined;
  cwd?: string | undefined;
}

export interface RunProject {
  name: string;
  /** Absolute paths. */
  entry: string;
  envModule: string | undefined;
  /** Where the Wrangler file is, else package.json. */
  dir: string;
  file: WranglerFile | undefined;
  traces: Signal;
  logs: Signal;
  /** Where its telemetry goes on to, and whether it is kept here. */
  route: ServiceRoute;
  /** What the user should know of how it was read. */
  note?: string;
}

export async function readRunProject(target: RunTarget): Promise<RunProject> {
  const { cwd = process.cwd() } = target;
  const configPath = lookForConfig(target.config, cwd);
  if (configPath === undefined && target.entry === undefined) {
    throw new CliError(
      `There is no Wrangler file in ${cwd}. Name the Worker's module: enterspan run src/index.ts`,
    );
  }
  const read = configPath === undefined ? {} : await readFile(configPath, target);
  const { file } = read;
  if (target.env !== undefined && file === undefined) {
    throw new CliError(
      `--env ${target.env} names an environment of a Wrangler file, and ${
        configPath === undefined ? `there is none in ${cwd}.` : read.note
      }`,
    );
  }
  const entry = entryOf(target, file, cwd);
  const envModule = target.envModule === undefined ? undefined : existing(resolve(cwd, target.envModule));
  const packageDir = nearestPackage(dirname(entry));
  const observability = file === undefined ? ON : (file.config.observability ?? {});
  return {
    name: target.name ?? file?.config.name ?? packageName(packageDir) ?? basename(entry, extname(entry)),
    entry,
    envModule,
    dir: configPath === undefined ? (packageDir ?? dirname(entry)) : dirname(configPath),
    file,
    traces: signal(observability, "traces"),
    logs: signal(observability, "logs"),
    route: routeOf(observability),
    ...(read.note !== undefined && { note: read.note }),
  };
}

/** Without a Wrangler file nobody has said that tracing is to be off. */
const ON = { enabled: true, traces: { enabled: true } };

async function readFile(path: string, target: RunTarget): Promise<{ file?: WranglerFile; note?: string }> {
  const wrangler = await findWrangler(dirname(path));
  if (wrangler !== undefined) {
    return { file: { wrangler, path, config: readConfig(wrangler, path, target.env), env: target.env } };
  }
  if (target.entry !== undefined && target.envModule !== undefined && target.config === undefined) {
    return { note: `${basename(path)} is not read: wrangler is not installed.` };
  }
  throw new CliError(
    `wrangler is not installed in ${dirname(path)}, and reads ${basename(path)}. Run: npm install -D wrangler. ` +
      "Or do without: name the module and one that gives its bindings, enterspan run src/index.ts --env-module env.ts",
  );
}

function entryOf({ entry }: RunTarget, file: WranglerFile | undefined, cwd: string): string {
  if (entry !== undefined) return existing(resolve(cwd, entry));
  const { path, config } = file as WranglerFile;
  const { main, build = {} } = config;
  if (main === undefined) throw new CliError(`${path} names no "main": there is no code to run.`);
  if (build.command)
    execSync(build.command, { cwd: resolve(dirname(path), build.cwd ?? "."), stdio: "inherit" });
  if (!existsSync(main)) throw new CliError(`${path}: "main" names ${main}, which does not exist.`);
  const why = whyUninstrumented({ ...config, no_bundle: false });
  if (why !== undefined) throw new CliError(`${path}: the Worker cannot be run on Node: ${why}.`);
  return main;
}

function existing(path: string): string {
  if (!existsSync(path)) throw new CliError(`${path} does not exist.`);
  if (statSync(path).isDirectory()) {
    throw new CliError(
      `${path} is a directory. Name the module in it, such as ${join(path, "index.ts")}, or its Wrangler file with --config FILE.`,
    );
  }
  return path;
}

function nearestPackage(from: string): string | undefined {
  for (let dir = from; ; dir = dirname(dir)) {
    if (existsSync(join(dir, "package.json"))) return dir;
    if (dirname(dir) === dir) return undefined;
  }
}

function packageName(dir: string | undefined): string | undefined {
  if (dir === undefined) return undefined;
  try {
    return (JSON.parse(readFileSync(join(dir, "package.json"), "utf8")) as { name?: string }).name;
  } catch {
    // Whether it is valid is for those to say who need more of it.
    return undefined;
  }
}
