// Starts the user's Worker on workerd through the user's wrangler, instrumented where it can be, and restarts nothing:
// wrangler itself rebuilds and reloads on an edit.
import { join } from "node:path";
import type { TracingConfig } from "@enterspan/tracing";
import { CliError, oneLine } from "../errors.ts";
import { writeEntry } from "./entry.ts";
import type { Project } from "./project.ts";
import type { StartWorkerInput, StructuredLog, Wrangler, WranglerError, WranglerWorker } from "./wrangler.ts";

export interface WorkerOptions {
  project: Project;
  wrangler: Wrangler;
  hostname: string;
  port: number;
  /** Base URL of the collector, as the Worker reaches it. */
  collectorUrl: string;
  /** Where the generated entry goes. */
  workDir: string;
  vars: Record<string, string>;
  onLog(log: StructuredLog): void;
  onReload(): void;
  onError(message: string): void;
}

/** Flags that give a Worker `AsyncLocalStorage`; the leanest is added where there is none. */
const ASYNC_CONTEXT_FLAGS = ["nodejs_als", "nodejs_compat", "nodejs_compat_v2"];

export interface RunningWorker {
  /** Without a slash at the end. */
  url: string;
  /** Takes over an edited Wrangler file; wrangler itself reads the parts of it that are not ours. */
  reconfigure(project: Project): void;
  dispose(): Promise<void>;
}

export async function startWorker(options: WorkerOptions): Promise<RunningWorker> {
  const { project, wrangler } = options;
  let worker: WranglerWorker;
  try {
    worker = await wrangler.startWorker({
      config: project.configPath,
      ...(project.env !== undefined && { env: project.env }),
      ...instrumentation(options, project),
      bindings: Object.fromEntries(
        Object.entries(options.vars).map(([name, value]) => [name, { type: "plain_text" as const, value }]),
      ),
      dev: {
        server: { hostname: options.hostname, port: options.port },
        inspector: false,
        watch: true,
        logLevel: "error",
        structuredLogsHandler: options.onLog,
      },
    });
  } catch (error) {
    throw new CliError(
      oneLine(`${project.configPath}: ${error instanceof Error ? error.message : String(error)}`),
    );
  }
  worker.raw.on("error", (event) => options.onError(describe(event)));
  // The first one is the start itself.
  let isRunning = false;
  worker.raw.on("reloadComplete", () => {
    if (isRunning) options.onReload();
    isRunning = true;
  });
  await worker.ready;
  return {
    url: String(await worker.url).replace(/\/$/, ""),
    reconfigure: (edited) => void worker.patchConfig(instrumentation(options, edited)),
    dispose: () => worker.dispose(),
  };
}

/** What makes wrangler build our entry in place of the user's; nothing for a Worker that cannot be instrumented. */
function instrumentation(
  { collectorUrl, workDir }: WorkerOptions,
  project: Project,
): Partial<StartWorkerInput> {
  if (project.uninstrumented !== undefined) return {};
  const { name, traces, logs } = project;
  const config: TracingConfig = { serviceName: name, traces, logs, endpoint: collectorUrl };
  return {
    entrypoint: writeEntry(project, config, join(workDir, "entry", name)),
    compatibilityFlags: withAsyncContext(project.compatibilityFlags),
    build: { moduleRoot: project.moduleRoot },
  };
}

function withAsyncContext(flags: string[]): string[] {
  return ASYNC_CONTEXT_FLAGS.some((flag) => flags.includes(flag)) ? flags : [...flags, "nodejs_als"];
}

function describe({ message, reason, cause }: WranglerError): string {
  const said = [reason, cause instanceof Error ? cause.message : message].filter(Boolean).join(": ");
  return oneLine(said) || "wrangler failed and did not say at what";
}
