// Starts everything that `enterspan dev` shows: the backend with the explorer, then the Workers that report to it.
import { createServer } from "node:net";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openTelemetry, SEND_DELAY_MS, type Telemetry, type TelemetryOptions } from "../collector.ts";
import { CliError, portTaken } from "../errors.ts";
import { findConfig, type Project, readProject } from "../project.ts";
import { loadWrangler, type StructuredLog } from "../wrangler.ts";
import { type DevWorker, type RunningProject, startProject } from "./project-worker.ts";

export interface DevOptions extends TelemetryOptions {
  /** The Wrangler file, or one for each Worker; by default the one in `cwd`. */
  config?: string | readonly string[] | undefined;
  /** A named environment, of each Wrangler file. */
  env?: string | undefined;
  /** The first Worker's port; 0 takes any that is free, as each of the others does. */
  port: number;
  /** Variables that the first Worker gets besides, or in place of, those of its Wrangler file. */
  vars?: Record<string, string>;
  /** `worker` is the name of the Worker that it comes from, as of the others below. */
  onLog?: (log: StructuredLog, worker: string) => void;
  onReload?: (worker: string) => void;
  /** A Wrangler file has been edited, and is valid. */
  onReconfigure?: (project: Project) => void;
  /** A Worker does not build, its configuration has become invalid, or the backend has failed at something. */
  onError?: ((message: string) => void) | undefined;
}

export interface Dev extends Telemetry {
  /** In the order of their Wrangler files; bindings to each other lead across. */
  readonly workers: readonly [DevWorker, ...DevWorker[]];
  /** The first Worker's base URL, without a slash at the end. */
  url: string;
  /** Lets the Workers send what has ended, stops them, and then the backend. Nothing that was acknowledged is lost. */
  close(): Promise<void>;
}

const LOOPBACK = "127.0.0.1";

export async function startDev(options: DevOptions): Promise<Dev> {
  const { env, port, cwd = process.cwd(), onLog, onReload, onReconfigure, onError } = options;
  const projects = await readProjects([options.config].flat(), cwd, env);
  await assertPortFree(port, "--port");

  const telemetry = await openTelemetry(
    options,
    dirname(projects[0].project.configPath),
    projects.map(({ project }) => project),
  );
  const instrumented = projects.flatMap(({ project: { name, uninstrumented } }) =>
    uninstrumented === undefined ? [name] : [],
  );
  const running: RunningProject[] = [];
  const start = async ({ project, wrangler }: Read, at: number) => {
    running[at] = await startProject({
      project,
      wrangler,
      hostname: LOOPBACK,
      port: at === 0 ? port : 0,
      telemetry,
      instrumented,
      vars: at === 0 ? (options.vars ?? {}) : {},
      onLog: (log) => onLog?.(log, project.name),
      onReload: () => onReload?.(project.name),
      onReconfigure: (edited) => onReconfigure?.(edited),
      onError: (message) => onError?.(message),
    });
  };
  const close = async () => {
    await Promise.all(running.map((one) => one.close()));
    await telemetry.collector?.close();
  };
  try {
    const [first, ...others] = projects;
    // The first finds those that run already; of one that starts later it would hear after its first requests.
    const started = await Promise.allSettled(others.map((other, at) => start(other, at + 1)));
    for (const one of started) if (one.status === "rejected") throw one.reason;
    await start(first, 0);
  } catch (error) {
    await close();
    throw error;
  }
  const workers = running as [RunningProject, ...RunningProject[]];
  return {
    workers,
    url: workers[0].url,
    ...telemetry,
    async close() {
      // The runtime stops at once, whatever waits in it, and tells nobody when nothing does.
      await sleep(2 * SEND_DELAY_MS);
      await close();
    },
  };
}

type Read = { project: Project; wrangler: Awaited<ReturnType<typeof loadWrangler>> };

/** Each with its project's own wrangler. */
async function readProjects(
  named: readonly (string | undefined)[],
  cwd: string,
  env: string | undefined,
): Promise<[Read, ...Read[]]> {
  const projects: Read[] = [];
  for (const one of named) {
    const configPath = findConfig(one, cwd);
    const wrangler = await loadWrangler(dirname(configPath));
    const project = readProject(wrangler, configPath, env);
    const twin = projects.find(({ project: { name } }) => name === project.name)?.project;
    if (twin !== undefined) {
      throw new CliError(
        `${twin.configPath} and ${configPath} both name their Worker "${project.name}": bindings and traces tell Workers apart by name. Rename one.`,
      );
    }
    projects.push({ project, wrangler });
  }
  return projects as [Read, ...Read[]];
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
