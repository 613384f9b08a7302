// Finds the user's own wrangler and names the part of it that we use. Its published types lean on packages that it does
// not install, so that part is declared here.
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { CliError } from "../errors.ts";

export interface ObservabilitySection {
  enabled?: boolean;
  head_sampling_rate?: number;
  logs?: { enabled?: boolean; head_sampling_rate?: number };
  traces?: { enabled?: boolean; head_sampling_rate?: number };
}

/** A Wrangler configuration after Wrangler's own checks, with a named environment merged in. */
export interface WranglerConfig {
  name?: string;
  main?: string;
  base_dir?: string;
  no_bundle?: boolean;
  build?: { command?: string };
  compatibility_flags: string[];
  observability?: ObservabilitySection;
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
  build?: { moduleRoot?: string } | undefined;
  dev: {
    server: { hostname: string; port: number };
    inspector: false;
    watch: boolean;
    logLevel: "error" | "warn" | "info" | "none";
    structuredLogsHandler?: (log: StructuredLog) => void;
  };
}

export interface Wrangler {
  readConfig(args: { config: string; env?: string }): WranglerConfig;
  startWorker(input: StartWorkerInput): Promise<WranglerWorker>;
}

/** Loads the wrangler that the project has installed, else the one beside us. */
export async function loadWrangler(projectDir: string): Promise<Wrangler> {
  const path = resolveFrom(join(projectDir, "package.json")) ?? resolveFrom(import.meta.filename);
  if (path === undefined) {
    throw new CliError(
      `wrangler is not installed in ${projectDir}: enterspan runs your Worker with it. Run: npm install -D wrangler`,
    );
  }
  const loaded = (await import(pathToFileURL(path).href)) as { default?: Record<string, unknown> } & Record<
    string,
    unknown
  >;
  const exported = { ...loaded.default, ...loaded };
  if (
    typeof exported.unstable_startWorker !== "function" ||
    typeof exported.unstable_readConfig !== "function"
  ) {
    const { version } = createRequire(path)("../package.json") as { version: string };
    throw new CliError(
      `wrangler ${version} cannot be driven by enterspan. Run: npm install -D wrangler@latest`,
    );
  }
  return {
    readConfig: exported.unstable_readConfig as Wrangler["readConfig"],
    startWorker: exported.unstable_startWorker as Wrangler["startWorker"],
  };
}

function resolveFrom(file: string): string | undefined {
  try {
    return createRequire(file).resolve("wrangler");
  } catch {
    return undefined;
  }
}
