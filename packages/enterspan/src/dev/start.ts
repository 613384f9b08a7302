// Starts everything that `enterspan dev` shows: the backend with the explorer, then the Worker that reports to it.
import { watch } from "node:fs";
import { createServer } from "node:net";
import { basename, dirname, resolve } from "node:path";
import { type Collector, startCollector } from "../collector.ts";
import { CliError, messageOf, portTaken } from "../errors.ts";
import { findConfig, type Project, readProject } from "./project.ts";
import { type RunningWorker, startWorker } from "./worker.ts";
import { loadWrangler, type StructuredLog } from "./wrangler.ts";

export interface DevOptions {
  /** The Wrangler file; by default the one in `cwd`. */
  config?: string | undefined;
  /** A named environment of it. */
  env?: string | undefined;
  /** The Worker's port; 0 takes any that is free. */
  port: number;
  /** The port of the backend and explorer; 0 takes any that is free. */
  collectorPort: number;
  /** Base URL of a backend that runs already, to be used instead of an own. */
  collector?: string | undefined;
  /** Where the backend keeps its data; `.enterspan` beside the Wrangler file by default. */
  dataDir?: string | undefined;
  /** Variables that the Worker gets besides, or in place of, those of its Wrangler file. */
  vars?: Record<string, string>;
  cwd?: string | undefined;
  onLog?: (log: StructuredLog) => void;
  onReload?: () => void;
  /** The Wrangler file has been edited, and is valid. */
  onReconfigure?: (project: Project) => void;
  /** The Worker does not build, its configuration has become invalid, or the backend has failed at something. */
  onError?: (message: string) => void;
}

export interface Dev {
  /** As the Wrangler file has it now: an edit may rename it or turn tracing off. */
  readonly project: Project;
  /** The Worker's base URL, without a slash at the end. */
  url: string;
  /** Base URL of the backend and explorer. */
  collectorUrl: string;
  /** The backend, unless it is another process's. */
  collector: Collector | undefined;
  dataDir: string | undefined;
  /** Stops the Worker, then the backend. Nothing that was acknowledged is lost. */
  close(): Promise<void>;
}

const LOOPBACK = "127.0.0.1";

export async function startDev(options: DevOptions): Promise<Dev> {
  if (options.collector === undefined && options.port !== 0 && options.port === options.collectorPort) {
    throw new CliError(
      `--port and --collector-port are both ${options.port}: the Worker and the explorer need a port each.`,
    );
  }
  const configPath = findConfig(options.config, options.cwd ?? process.cwd());
  const projectDir = dirname(configPath);
  const wrangler = await loadWrangler(projectDir);
  let project = readProject(wrangler, configPath, options.env);
  await assertPortFree(options.port, "--port");

  const workDir = resolve(projectDir, ".enterspan");
  const dataDir = resolve(options.cwd ?? process.cwd(), options.dataDir ?? workDir);
  const collector =
    options.collector === undefined
      ? await startCollector({
          port: options.collectorPort,
          dataDir,
          portFlag: "--collector-port",
          onLog: ({ message }) => options.onError?.(message),
        })
      : undefined;
  const collectorUrl = collector?.url ?? (options.collector as string).replace(/\/+$/, "");

  let worker: RunningWorker;
  try {
    worker = await startWorker({
      project,
      wrangler,
      hostname: LOOPBACK,
      port: options.port,
      collectorUrl,
      workDir,
      vars: options.vars ?? {},
      onLog: options.onLog ?? (() => {}),
      onReload: options.onReload ?? (() => {}),
      onError: options.onError ?? (() => {}),
    });
  } catch (error) {
    await collector?.close();
    throw error;
  }

  const stopWatching = onChange(configPath, () => {
    try {
      const edited = readProject(wrangler, configPath, options.env);
      worker.reconfigure(edited);
      project = edited;
      options.onReconfigure?.(project);
    } catch (error) {
      options.onError?.(messageOf(error));
    }
  });
  return {
    get project() {
      return project;
    },
    url: worker.url,
    collectorUrl,
    collector,
    dataDir: collector === undefined ? undefined : dataDir,
    async close() {
      stopWatching();
      await worker.dispose();
      await collector?.close();
    },
  };
}

/** Calls `changed` after edits of `file`, once for the burst of events that an editor makes of one. */
function onChange(file: string, changed: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  // The directory is watched, since many editors replace the file.
  const watcher = watch(dirname(file), (_event, name) => {
    if (name !== basename(file)) return;
    clearTimeout(timer);
    timer = setTimeout(changed, 50);
  });
  return () => {
    clearTimeout(timer);
    watcher.close();
  };
}

/** Wrangler would answer a taken port with a stack; so we look first. */
async function assertPortFree(port: number, flag: string): Promise<void> {
  if (port === 0) return;
  const server = createServer();
  const listening = Promise.withResolvers<void>();
  server.once("error", listening.reject);
  server.listen(port, LOOPBACK, () => listening.resolve());
  try {
    await listening.promise;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw code === "EADDRINUSE"
      ? portTaken(port, flag)
      : new CliError(`Port ${port} cannot be used (${code}).`);
  } finally {
    server.close();
  }
}
