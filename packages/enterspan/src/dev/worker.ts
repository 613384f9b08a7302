// Starts the user's Worker on workerd through the user's wrangler, instrumented where it can be, and restarts nothing:
// wrangler itself rebuilds and reloads on an edit.
import { join } from "node:path";
import { readConfig } from "@enterspan/tracing/workerd";
import { SEND_DELAY_MS, type Telemetry } from "../collector.ts";
import { CliError, messageOf, oneLine } from "../errors.ts";
import { type Project, withAsyncContext } from "../project.ts";
import type { StartWorkerInput, StructuredLog, Wrangler, WranglerWorker } from "../wrangler.ts";
import { type Alias, SOCKETS, WORKERS, writeEntry } from "./entry.ts";
import { describe, isRefusal, refusalOf } from "./failure.ts";
import { registryPath } from "./registry.ts";

export interface WorkerOptions {
  project: Project;
  wrangler: Wrangler;
  hostname: string;
  port: number;
  telemetry: Telemetry;
  /** Names of the Workers of this command that are instrumented. */
  instrumented: readonly string[];
  /** Where the generated entry goes. */
  workDir: string;
  vars: Record<string, string>;
  onLog(log: StructuredLog): void;
  onReload(): void;
  onError(message: string): void;
}

/** How long after a failure wrangler may still take to listen. It never says that it will not. */
const LISTEN_GRACE_MS = 5_000;

export interface RunningWorker {
  /** Without a slash at the end. */
  url: string;
  /** Takes over an edited Wrangler file, all of it. */
  reconfigure(project: Project): void;
  dispose(): Promise<void>;
}

/** As a runtime says that gives its own module under no second name. */
const LACKS_SECOND_NAME = /No such module "cloudflare:/;

export async function startWorker(options: WorkerOptions): Promise<RunningWorker> {
  try {
    return await start(options, { ...SOCKETS, ...WORKERS });
  } catch (error) {
    if (!(error instanceof CliError && LACKS_SECOND_NAME.test(error.message))) throw error;
    const worker = await start(options, SOCKETS);
    options.onError(
      `${options.project.name}: this runtime keeps waitUntil of cloudflare:workers to itself: what runs under it is not traced. All else is.`,
    );
    return worker;
  }
}

async function start(options: WorkerOptions, alias: Alias): Promise<RunningWorker> {
  const { project, wrangler } = options;
  // Two watchers of one file would build each edit twice, at first with the wrong entry, and report each mistake twice.
  process.env.WRANGLER_CI_DISABLE_CONFIG_WATCHING ??= "true";
  // Wrangler would have the runtime trace every request a second time, and store that in workerd: more work than ours.
  process.env.X_LOCAL_OBSERVABILITY ??= "false";
  let worker: WranglerWorker;
  try {
    worker = await wrangler.startWorker({
      config: project.configPath,
      ...(project.env !== undefined && { env: project.env }),
      ...instrumentation(options, project, alias),
      bindings: Object.fromEntries(
        Object.entries(options.vars).map(([name, value]) => [name, { type: "plain_text" as const, value }]),
      ),
      dev: {
        server: { hostname: options.hostname, port: options.port },
        inspector: false,
        watch: true,
        registry: registryPath(),
        logLevel: "error",
        structuredLogsHandler: (log) => {
          if (!isRefusal(log)) options.onLog(log);
        },
      },
    });
  } catch (error) {
    throw new CliError(oneLine(`${project.configPath}: ${messageOf(error)}`));
  }

  let name = project.name;
  let failure: string | undefined;
  // The first reload is the start itself, and so is the first failure.
  let hasStarted = false;
  const started = Promise.withResolvers<void>();
  const unheard = Promise.withResolvers<never>();
  worker.raw.on("reloadComplete", () => {
    failure = undefined;
    if (hasStarted) options.onReload();
    started.resolve();
  });
  worker.raw.on("buildFailed", () => {
    // Wrangler prints the errors itself, with the lines they are in.
    failure = `${name} does not build, for the errors above.`;
    started.resolve();
  });
  worker.raw.on("error", (event) => {
    const refusal = refusalOf(event);
    failure = refusal === undefined ? describe(event) : `${name} does not start: ${refusal}`;
    if (hasStarted) options.onError(failure);
    started.resolve();
    if (event.source === undefined || event.source === "ProxyController")
      setTimeout(() => unheard.reject(new CliError(describe(event))), LISTEN_GRACE_MS).unref();
  });
  const dispose = async () => {
    if (failure === undefined) return worker.dispose();
    // Wrangler would reject with the failure, of which the user knows, and leave its other processes running.
    const { config, bundler, runtimes, proxy } = worker.raw;
    await Promise.allSettled([config, bundler, ...runtimes, proxy].map((part) => part.teardown()));
  };
  const url = await Promise.race([worker.url, unheard.promise]);
  await started.promise;
  if (failure !== undefined) {
    // Wrangler does not get over a failed start: it watches nothing that did not build, and Miniflare answers every
    // later edit with its first failure.
    await dispose();
    throw new CliError(failure);
  }
  hasStarted = true;
  return {
    url: String(url).replace(/\/$/, ""),
    reconfigure(edited) {
      name = edited.name;
      worker
        .patchConfig(instrumentation(options, edited, alias))
        .catch((error) => options.onError(describe({ cause: error })));
    },
    dispose,
  };
}

/**
 * What makes wrangler build our entry in place of the user's. For a Worker that cannot be instrumented it is what the
 * Wrangler file says, also where an edit has made it so.
 */
function instrumentation(
  { telemetry, workDir, instrumented }: WorkerOptions,
  project: Project,
  alias: Alias,
): Partial<StartWorkerInput> {
  if (project.uninstrumented !== undefined)
    return { entrypoint: undefined, compatibilityFlags: undefined, build: undefined };
  const { name, traces, logs, bindings } = project;
  const { collectorUrl: endpoint, headers } = telemetry;
  // A service can be asked whether it is instrumented, an object only by making it.
  const known = Object.entries(project.foreignObjects).filter(([, worker]) => instrumented.includes(worker));
  const { rpc = [] } = telemetry.propagation;
  const propagation = { ...telemetry.propagation, rpc: [...rpc, ...known.map(([binding]) => binding)] };
  // Checked here, so that the Worker need not.
  const config = readConfig({
    serviceName: name,
    traces,
    logs,
    endpoint,
    headers,
    propagation,
    inFlight: true,
    sendDelayMs: SEND_DELAY_MS,
    bindings,
  });
  return {
    entrypoint: writeEntry(project, config, join(workDir, "entry", name)),
    compatibilityFlags: withAsyncContext(project.compatibilityFlags),
    build: { moduleRoot: project.moduleRoot, alias: { ...alias, ...project.alias } },
  };
}
