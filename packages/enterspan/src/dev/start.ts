// Starts everything that `enterspan dev` shows: the backend with the explorer, then the Worker that reports to it.
import { watch } from "node:fs";
import { createServer } from "node:net";
import { basename, dirname } from "node:path";
import { openTelemetry, type Telemetry, type TelemetryOptions, workDirOf } from "../collector.ts";
import { CliError, messageOf, portTaken } from "../errors.ts";
import { findConfig, type Project, readProject } from "../project.ts";
import { loadWrangler, type StructuredLog } from "../wrangler.ts";
import { type RunningWorker, startWorker } from "./worker.ts";

export interface DevOptions extends TelemetryOptions {
  /** The Wrangler file; by default the one in `cwd`. */
  config?: string | undefined;
  /** A named environment of it. */
  env?: string | undefined;
  /** The Worker's port; 0 takes any that is free. */
  port: number;
  /** Variables that the Worker gets besides, or in place of, those of its Wrangler file. */
  vars?: Record<string, string>;
  onLog?: (log: StructuredLog) => void;
  onReload?: () => void;
  /** The Wrangler file has been edited, and is valid. */
  onReconfigure?: (project: Project) => void;
  /** The Worker does not build, its configuration has become invalid, or the backend has failed at something. */
  onError?: ((message: string) => void) | undefined;
}

export interface Dev extends Telemetry {
  /** As the Wrangler file has it now: an edit may rename it or turn tracing off. */
  readonly project: Project;
  /** The Worker's base URL, without a slash at the end. */
  url: string;
  /** Stops the Worker, then the backend. Nothing that was acknowledged is lost. */
  close(): Promise<void>;
}

const LOOPBACK = "127.0.0.1";

export async function startDev(options: DevOptions): Promise<Dev> {
  const configPath = findConfig(options.config, options.cwd ?? process.cwd());
  const projectDir = dirname(configPath);
  const wrangler = await loadWrangler(projectDir);
  let project = readProject(wrangler, configPath, options.env);
  await assertPortFree(options.port, "--port");

  const telemetry = await openTelemetry(options, projectDir, project);
  const { collector } = telemetry;

  let worker: RunningWorker;
  try {
    worker = await startWorker({
      project,
      wrangler,
      hostname: LOOPBACK,
      port: options.port,
      telemetry,
      workDir: workDirOf(projectDir),
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
      collector?.route(edited.name, edited.route);
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
    ...telemetry,
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
