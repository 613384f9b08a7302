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

export type Collector = Backend;

export interface CollectorOptions {
  /** 0 takes any that is free. */
  port: number;
  /** Where OTLP over gRPC is taken too; 0 takes any that is free. */
  grpcPort?: number;
  dataDir: string;
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
}

export async function startCollector({
  portFlag,
  settings,
  sampling,
  ...options
}: CollectorOptions): Promise<Collector> {
  try {
    return await startBackend({
      ...options,
      ...readSettings(settings, process.env),
      ...(sampling !== undefined && { sampling }),
      assetsDir,
    });
  } catch (error) {
    if (!(error instanceof BackendError)) throw error;
    // With two ports only the message says which of them is taken.
    const isPlain = error.code === "port_in_use" && options.grpcPort === undefined;
    throw isPlain ? portTaken(options.port, portFlag) : new CliError(error.message);
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
}

/** Where telemetry goes. */
export interface Telemetry {
  /** Base URL of the backend and explorer, without a slash at the end. */
  collectorUrl: string;
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
  { name, route }: Service,
): Promise<Telemetry> {
  const { collector: url, collectorPort, port, propagation = {}, cwd = process.cwd() } = options;
  if (url !== undefined) {
    return { collectorUrl: url.replace(/\/+$/, ""), collector: undefined, dataDir: undefined, propagation };
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
    routes: { [name]: route },
    portFlag: "--collector-port",
    onLog: ({ message }) => options.onError?.(message),
  });
  return { collectorUrl: collector.url, collector, dataDir, propagation };
}

/** Where a project's generated files and, by default, its telemetry are kept. */
export const workDirOf = (projectDir: string): string => resolve(projectDir, ".enterspan");

const SETTINGS_NAMES = ["enterspan.jsonc", "enterspan.json"];

/** The settings file that is named, else the one in `directory`, if there is one. */
export function findSettings(named: string | undefined, directory: string, cwd: string): string | undefined {
  if (named !== undefined) return resolve(cwd, named);
  return SETTINGS_NAMES.map((name) => resolve(directory, name)).find((path) => existsSync(path));
}
