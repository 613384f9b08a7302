// Starts the backend with the explorer's files, and turns its refusals into what the command line says.
import { type Backend, BackendError, type BackendOptions, startBackend } from "@enterspan/backend";
import { assetsDir } from "@enterspan/explorer";
import { CliError, portTaken } from "./errors.ts";

export type Collector = Backend;

export interface CollectorOptions {
  /** 0 takes any that is free. */
  port: number;
  dataDir: string;
  /** The flag with which the user chose, or can choose, the port. */
  portFlag: string;
  /** Told of faults of the backend's own. */
  onLog: NonNullable<BackendOptions["onLog"]>;
}

export async function startCollector({ portFlag, ...options }: CollectorOptions): Promise<Collector> {
  try {
    return await startBackend({ ...options, assetsDir });
  } catch (error) {
    if (!(error instanceof BackendError)) throw error;
    throw error.code === "port_in_use" ? portTaken(options.port, portFlag) : new CliError(error.message);
  }
}
