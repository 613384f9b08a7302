// Finds the user's own wrangler and names the part of it that we use. Its published types lean on packages that it does
// not install, so that part is declared here.
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { CliError } from "./errors.ts";

export interface ObservabilitySection {
  enabled?: boolean;
  head_sampling_rate?: number;
  logs?: SignalSection;
  traces?: SignalSection;
}

export interface SignalSection {
  enabled?: boolean;
  head_sampling_rate?: number;
  /** Names. */
  destinations?: string[];
  /** False: sent to the destinations, not kept. */
  persist?: boolean;
}

/** A Wrangler configuration after Wrangler's own checks, with a named environment merged in. */
export interface WranglerConfig {
  name?: string;
  main?: string;
  base_dir?: string;
  no_bundle?: boolean;
  build?: { command?: string; cwd?: string };
  compatibility_flags: string[];
  observability?: ObservabilitySection;
  /** Which files are imported as something else than code. */
  rules?: ModuleRule[];
  define?: Record<string, string>;
  alias?: Record<string, string>;
  tsconfig?: string;
  vars?: Record<string, unknown>;
  secrets?: unknown;
  services?: { binding: string; service: string; entrypoint?: string }[];
  durable_objects?: { bindings: { name: string; class_name: string; script_name?: string }[] };
  workflows?: { binding: string; class_name: string; script_name?: string }[];
  queues?: { consumers?: unknown[] };
  /** How classes of Durable Objects come to be: by either of them. */
  migrations?: unknown[];
  exports?: Record<string, unknown>;
}

export interface ModuleRule {
  type: "ESModule" | "CommonJS" | "CompiledWasm" | "Text" | "Data" | (string & {});
  globs: string[];
}

/** A binding as a Wrangler file declares it; `type` says of which kind. */
export interface Binding {
  type: string;
  value?: unknown;
  /** What Analytics Engine writes to. */
  dataset?: string;
  /** What Workers are dispatched from. */
  namespace?: string;
  bucket_name?: string;
  queue_name?: string;
}

/** Bindings that work on Node: each asks a workerd that wrangler runs for it. */
export interface PlatformProxy {
  env: Record<string, unknown>;
  cf?: Record<string, unknown>;
  dispose(): Promise<void>;
}

/** What a Worker printed, as workerd reports it. */
export interface StructuredLog {
  timestamp: number;
  level: string;
  message: string;
}

/** A failure that wrangler tells of: an event with a reason and mostly a cause, or at times a bare Error. */
export interface WranglerError {
  message?: string;
  reason?: string;
  cause?: unknown;
  /** The part of wrangler that failed. */
  source?: string;
}

interface Part {
  teardown(): Promise<void>;
}

export interface WranglerWorker {
  ready: Promise<void>;
  url: Promise<URL>;
  patchConfig(input: Partial<StartWorkerInput>): Promise<unknown>;
  dispose(): Promise<void>;
  raw: {
    config: Part;
    bundler: Part;
    runtimes: Part[];
    proxy: Part;
    on(event: "error", listener: (event: WranglerError) => void): void;
    on(event: "reloadComplete" | "buildFailed", listener: () => void): void;
  };
}

export interface StartWorkerInput {
  config: string;
  env?: string;
  /** This, the flags and `build`: undefined leaves them to the Wrangler file. */
  entrypoint?: string | undefined;
  compatibilityFlags?: string[] | undefined;
  bindings?: Record<string, { type: "plain_text"; value: string }>;
  build?: { moduleRoot?: string; alias?: Record<string, string> } | undefined;
  dev: {
    server: { hostname: string; port: number };
    inspector: false;
    watch: boolean;
    /** The directory of the Workers that run on this machine. */
    registry: string;
    logLevel: "error" | "warn" | "info" | "none";
    structuredLogsHandler?: (log: StructuredLog) => void;
  };
}

export interface Wrangler {
  readConfig(args: { config: string; env?: string }): WranglerConfig;
  startWorker(input: StartWorkerInput): Promise<WranglerWorker>;
  /** The variables of a Wrangler file, with those of `.dev.vars` or `.env` beside it. */
  varsOf(configPath: string, config: WranglerConfig, env: string | undefined): Record<string, Binding>;
  /** Everything that a Wrangler file binds, its variables too, by name. */
  bindingsOf(config: WranglerConfig): Record<string, Binding>;
  platformProxy(configPath: string, env: string | undefined): Promise<PlatformProxy>;
}

/** Wrangler's own names of what we call of it. */
interface Exports {
  unstable_readConfig: Wrangler["readConfig"];
  unstable_startWorker: Wrangler["startWorker"];
  unstable_getVarsForDev(
    configPath: string,
    envFiles: undefined,
    vars: unknown,
    env: string | undefined,
    silent: boolean,
    secrets: unknown,
  ): Record<string, Binding>;
  unstable_convertConfigBindingsToStartWorkerBindings: Wrangler["bindingsOf"];
  getPlatformProxy(options: {
    configPath: string;
    persist: { path: string };
    environment?: string;
  }): Promise<PlatformProxy>;
}

/** Loads the wrangler that the project has installed, else the one beside us; undefined where there is none. */
export async function findWrangler(projectDir: string): Promise<Wrangler | undefined> {
  const path = resolveFrom(join(projectDir, "package.json")) ?? resolveFrom(import.meta.filename);
  if (path === undefined) return undefined;
  const loaded = (await import(pathToFileURL(path).href)) as { default?: object };
  const exported = { ...loaded.default, ...loaded } as unknown as Exports;
  const called: (keyof Exports)[] = [
    "unstable_readConfig",
    "unstable_startWorker",
    "unstable_getVarsForDev",
    "unstable_convertConfigBindingsToStartWorkerBindings",
    "getPlatformProxy",
  ];
  if (called.some((name) => typeof exported[name] !== "function")) {
    const { version } = createRequire(path)("../package.json") as { version: string };
    throw new CliError(
      `wrangler ${version} cannot be driven by enterspan. Run: npm install -D wrangler@latest`,
    );
  }
  return {
    readConfig: exported.unstable_readConfig,
    startWorker: exported.unstable_startWorker,
    varsOf: (configPath, { vars, secrets }, env) =>
      exported.unstable_getVarsForDev(configPath, undefined, vars, env, true, secrets),
    bindingsOf: exported.unstable_convertConfigBindingsToStartWorkerBindings,
    platformProxy: (configPath, env) =>
      exported.getPlatformProxy({
        configPath,
        // Where wrangler dev keeps it too, from whatever directory it is started.
        persist: { path: join(dirname(configPath), ".wrangler/state/v3") },
        ...(env !== undefined && { environment: env }),
      }),
  };
}

export async function loadWrangler(projectDir: string): Promise<Wrangler> {
  const wrangler = await findWrangler(projectDir);
  if (wrangler !== undefined) return wrangler;
  throw new CliError(
    `wrangler is not installed in ${projectDir}: enterspan runs your Worker with it. Run: npm install -D wrangler`,
  );
}

function resolveFrom(file: string): string | undefined {
  try {
    return createRequire(file).resolve("wrangler");
  } catch {
    return undefined;
  }
}
