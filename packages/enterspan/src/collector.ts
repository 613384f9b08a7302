// Starts the backend with the explorer's files, and turns its refusals into what the command line says.
import { type Backend, BackendError, startBackend } from "@enterspan/backend";
import { assetsDir } from "@enterspan/explorer";
import { CliError } from "./errors.ts";

export type Collector = Backend;

export interface CollectorOptions {
  host: string;
  /** 0 takes any that is free. */
  port: number;
  dataDir: string;
  /** The flag with which the user chose, or can choose, the port. */
  portFlag: string;
}

export async function startCollector({ portFlag, ...options }: CollectorOptions): Promise<Collector> {
  try {
    return await startBackend({ ...options, assetsDir });
  } catch (error) {
    if (!(error instanceof BackendError)) throw error;
    const how = error.code === "port_in_use" ? ` Choose another with ${portFlag} PORT.` : "";
    throw new CliError(`${error.message}${how}`);
  }
}
