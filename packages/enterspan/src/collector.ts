// Where a command's telemetry goes: a backend of its own with the explorer's files, or one that runs already. Turns the
// backend's refusals into what the command line says.
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import {
  type Backend,
  BackendError,
  type BackendOptions,
  readSettings,
  type ServiceRoute,
  startBackend,
} from "@enterspan/backend";
import { assetsDir } from "@enterspan/explorer";
import type { PropagationConfig } from "@enterspan/tracing";
import { CliError, portTaken } from "./errors.ts";
import { tokenHeaders } from "./tokens.ts";

export type Collector = Backend;

export interface CollectorOptions {
  /** 0 takes any that is free. */
  port: number;
  /** Where OTLP over gRPC is taken too; 0 takes any that is free. */
  grpcPort?: number;
  dataDir: string;
  /** The address to listen on; this machine's own by default. Any other requires tokens. */
  host?: string;
  allowedHosts?: readonly string[];
  requireTokens?: boolean;
  /** Tokens besides those of the data directory. */
  tokens?: NonNullable<BackendOptions["tokens"]>;
  /** How much is kept; everything, without it. */
  retention?: NonNullable<BackendOptions["retention"]>;
  /** Its settings file, if there is one; the environment is read as well. */
  settings?: string | undefined;
  /** Which traces are kept, in place of what the settings file says. */
  sampling?: BackendOptions["sampling"] | undefined;
  /** Where services' telemetry goes on to, by name. */
  routes?: Record<string, ServiceRoute>;
  /** The flag with which the user chose, or can choose, the port. */
  portFlag: string;
  /** Told of faults of the backend's own. */
  onLog: NonNullable<BackendOptions["onLog"]>;
  logLevel?: NonNullable<BackendOptions["logLevel"]>;
}

export function startCollector({
  portFlag,
  settings,
  sampling,
  ...options
}: CollectorOptions): Promise<Collector> {
  return refusedByBackend(
    () =>
      startBackend({
        ...options,
        ...readSettings(settings, process.env),
        ...(sampling !== undefined && { sampling }),
        assetsDir,
      }),
    ({ code }) =>
      // With two ports only the message says which of them is taken.
      code === "port_in_use" && options.grpcPort === undefined
        ? portTaken(options.port, portFlag)
        : undefined,
  );
}

/** What `call` returns. Where the backend refuses it, its words are the command line's, unless `reword` has others. */
export async function refusedByBackend<T>(
  call: () => T | Promise<T>,
  reword: (error: BackendError) => CliError | undefined = () => undefined,
): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof BackendError)) throw error;
    throw reword(error) ?? new CliError(error.message);
  }
}

export interface TelemetryOptions {
  /** Base URL of a backend that runs already, to be used instead of an own. */
  collector?: string | undefined;
  /** The port of an own one; 0 takes any that is free. */
  collectorPort: number;
  /** Where an own one keeps its data; `.enterspan` in the project's directory by default. */
  dataDir?: string | undefined;
  /** The settings file of an own one; by default `enterspan.jsonc` or `enterspan.json` of the project, if it is there. */
  settings?: string | undefined;
  /** The Worker's port. */
  port: number;
  /** How trace context crosses to and from other services. */
  propagation?: Partial<PropagationConfig> | undefined;
  cwd?: string | undefined;
  onError?: ((message: string) => void) | undefined;
  /** Told of what the backend warns of, such as a destination that takes nothing. */
  onWarn?: ((message: string) => void) | undefined;
}

/**
 * How long a Worker keeps what has ended before it sends it, in milliseconds. One request, and one commit of the backend,
 * then serve many of the Worker's own, which run on the same machine; and people see them at once all the same.
 */
export const SEND_DELAY_MS = 100;

/** Where telemetry goes. */
export interface Telemetry {
  /** Base URL of the backend and explorer, without a slash at the end. */
  collectorUrl: string;
  /** What it wants with every request. */
  headers: Record<string, string>;
  /** The backend, unless it is another process's. */
  collector: Collector | undefined;
  dataDir: string | undefined;
  propagation: Partial<PropagationConfig>;
}

/** A Worker, as far as the backend must know it. */
export interface Service {
  name: string;
  route: ServiceRoute;
}

export async function openTelemetry(
  options: TelemetryOptions,
  projectDir: string,
  services: readonly Service[],
): Promise<Telemetry> {
  const { collector: url, collectorPort, port, propagation = {}, cwd = process.cwd() } = options;
  if (url !== undefined) {
    const collectorUrl = url.replace(/\/+$/, "");
    const headers = tokenHeaders("ingest");
    return { collectorUrl, headers, collector: undefined, dataDir: undefined, propagation };
  }
  if (port !== 0 && port === collectorPort) {
    throw new CliError(
      `--port and --collector-port are both ${port}: the Worker and the explorer need a port each.`,
    );
  }
  const dataDir = resolve(cwd, options.dataDir ?? workDirOf(projectDir));
  const collector = await startCollector({
    port: collectorPort,
    dataDir,
    settings: findSettings(options.settings, projectDir, cwd),
    routes: Object.fromEntries(services.map(({ name, route }) => [name, route])),
    portFlag: "--collector-port",
    onLog: ({ level, message }) => (level === "warn" ? options.onWarn : options.onError)?.(message),
  });
  return { collectorUrl: collector.url, headers: {}, collector, dataDir, propagation };
}

/** Where a project's generated files and, by default, its telemetry are kept. */
export const workDirOf = (projectDir: string): string => resolve(projectDir, ".enterspan");

const SETTINGS_NAMES = ["enterspan.jsonc", "enterspan.json"];

/** The settings file that is named, else the one in `directory`, if there is one. */
export function findSettings(named: string | undefined, directory: string, cwd: string): string | undefined {
  if (named !== undefined) return resolve(cwd, named);
  return SETTINGS_NAMES.map((name) => resolve(directory, name)).find((path) => existsSync(path));
}
