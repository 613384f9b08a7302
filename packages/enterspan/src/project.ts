// Reads the user's Wrangler file, by Wrangler's own reader, into what `enterspan dev` and `enterspan run` need to know
// of it.
import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { ServiceRoute } from "@enterspan/backend";
import type { BindingConfig } from "@enterspan/tracing";
import {
  type Bound,
  bindingFacts,
  foreignObjects,
  type InstrumentationName,
  instrumentationsFor,
  objectClasses,
  readBound,
} from "./bindings.ts";
import { CliError, messageOf, oneLine } from "./errors.ts";
import type { ObservabilitySection, SignalSection, Wrangler, WranglerConfig } from "./wrangler.ts";

export interface Signal {
  enabled: boolean;
  headSamplingRate: number;
}

export interface Project {
  configPath: string;
  env?: string | undefined;
  /** The Worker's name, which is its `service.name`. */
  name: string;
  /** The user's entry module; undefined for a Worker of static assets alone. */
  main: string | undefined;
  moduleRoot: string;
  /** What is bundled in the place of what is imported. */
  alias: Record<string, string>;
  compatibilityFlags: string[];
  /** The Worker's own classes of Durable Objects, as far as it binds them. */
  objectClasses: string[];
  /** Names of other Workers whose Durable Objects it binds, by binding. */
  foreignObjects: Record<string, string>;
  traces: Signal;
  logs: Signal;
  /** Where its telemetry goes on to, and whether it is kept here. */
  route: ServiceRoute;
  /** Where bindings lead: by name, to the Worker's own exports, or to other services. */
  bound: Bound;
  /** What the tracer cannot see of bindings. */
  bindings: Record<string, BindingConfig>;
  /** What the tracer has to have for what it binds. */
  instrumentations: InstrumentationName[];
  /** Why the Worker runs without our instrumentation, if it does. */
  uninstrumented?: string;
}

const CONFIG_NAMES = ["wrangler.json", "wrangler.jsonc", "wrangler.toml"];

/** The Wrangler file to use: the one that is named, else the one that Wrangler would take in `cwd`. */
export function findConfig(named: string | undefined, cwd: string): string {
  const found = lookForConfig(named, cwd);
  if (found !== undefined) return found;
  throw new CliError(
    `There is no ${CONFIG_NAMES.join(", ")} in ${cwd}. Run this where your Worker is, or name its file with --config FILE.`,
  );
}

/** As `findConfig`, for those who can do without one. */
export function lookForConfig(named: string | undefined, cwd: string): string | undefined {
  if (named !== undefined) {
    const path = resolve(cwd, named);
    if (!existsSync(path))
      throw new CliError(`${path} does not exist. Name your Wrangler file with --config FILE.`);
    if (!/\.(jsonc?|toml)$/.test(path))
      throw new CliError(`${path} is no Wrangler file: --config takes a .json, .jsonc or .toml file.`);
    return path;
  }
  return CONFIG_NAMES.map((name) => resolve(cwd, name)).find((path) => existsSync(path));
}

/** @throws CliError with what Wrangler says of a file that it does not take. */
export function readConfig(wrangler: Wrangler, configPath: string, env: string | undefined): WranglerConfig {
  try {
    return wrangler.readConfig({ config: configPath, ...(env !== undefined && { env }) });
  } catch (error) {
    throw new CliError(oneLine(`${configPath}${placeOf(error)}: ${messageOf(error)}`));
  }
}

/** Where in the file Wrangler stopped, as `:line:column`, both from 1 on; empty where it does not say. */
function placeOf(error: unknown): string {
  const { location } = error as { location?: { line: number; column: number } };
  return location === undefined ? "" : `:${location.line}:${location.column + 1}`;
}

export function readProject(wrangler: Wrangler, configPath: string, env: string | undefined): Project {
  const config = readConfig(wrangler, configPath, env);
  const dir = dirname(configPath);
  const { main, observability = {} } = config;
  if (main !== undefined && !existsSync(main) && !config.build?.command) {
    throw new CliError(`${configPath}: "main" names ${main}, which does not exist.`);
  }
  const uninstrumented = whyUninstrumented(config);
  const compatibilityFlags = config.compatibility_flags ?? [];
  if (uninstrumented === undefined && lacksAsyncContext(compatibilityFlags)) {
    throw new CliError(
      `${configPath}: the compatibility flag "no_nodejs_als" takes away AsyncLocalStorage, which tracing needs. Remove it.`,
    );
  }
  const declared = wrangler.bindingsOf(config);
  return {
    configPath,
    env,
    name: config.name ?? "worker",
    main,
    moduleRoot: config.base_dir ?? (main === undefined ? dir : dirname(main)),
    alias: config.alias ?? {},
    compatibilityFlags,
    objectClasses: objectClasses(config),
    foreignObjects: foreignObjects(config),
    traces: signal(observability, "traces"),
    logs: signal(observability, "logs"),
    route: routeOf(observability),
    bound: readBound(config),
    bindings: bindingFacts(declared),
    instrumentations: instrumentationsFor(config, declared),
    ...(uninstrumented !== undefined && { uninstrumented }),
  };
}

/** Flags that give a Worker `AsyncLocalStorage`; the leanest is added where there is none. */
const ASYNC_CONTEXT_FLAGS = ["nodejs_als", "nodejs_compat", "nodejs_compat_v2"];

const hasAsyncContext = (flags: string[]): boolean =>
  ASYNC_CONTEXT_FLAGS.some((flag) => flags.includes(flag));

const lacksAsyncContext = (flags: string[]): boolean =>
  flags.includes("no_nodejs_als") && !hasAsyncContext(flags);

export const withAsyncContext = (flags: string[]): string[] =>
  hasAsyncContext(flags) ? flags : [...flags, "nodejs_als"];

/**
 * `observability.enabled` alone means logs, not traces: those are on only by their own switch. A rate of the signal's
 * own goes before the common one.
 */
export function signal(observability: ObservabilitySection, name: "traces" | "logs"): Signal {
  const own = observability[name];
  const enabled =
    name === "traces" ? own?.enabled === true : (own?.enabled ?? observability.enabled) === true;
  return { enabled, headSamplingRate: own?.head_sampling_rate ?? observability.head_sampling_rate ?? 1 };
}

export function routeOf({ traces, logs }: ObservabilitySection): ServiceRoute {
  const of = ({ destinations = [], persist = true }: SignalSection = {}) => ({ destinations, persist });
  return { traces: of(traces), logs: of(logs) };
}

export function whyUninstrumented({ main, no_bundle }: WranglerConfig): string | undefined {
  if (main === undefined) return "it has no code of its own, only static assets";
  if (no_bundle) return 'it is not bundled ("no_bundle" is true)';
  if (main.endsWith(".py")) return "it is written in Python";
  if (!existsSync(main)) return undefined;
  const source = readFileSync(main, "utf8");
  const isServiceWorker = /\baddEventListener\s*\(/.test(source) && !/(^|[\s;])export[\s{*]/.test(source);
  return isServiceWorker
    ? "it is a service worker (addEventListener); export default { fetch } instead"
    : undefined;
}
