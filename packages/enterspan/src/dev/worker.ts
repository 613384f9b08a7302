// Starts the user's Worker on workerd through the user's wrangler, instrumented where it can be, and restarts nothing:
// wrangler itself rebuilds and reloads on an edit.
import { join } from "node:path";
import type { TracingConfig } from "@enterspan/tracing";
import { CliError, oneLine } from "../errors.ts";
import { writeEntry } from "./entry.ts";
import type { Project } from "./project.ts";
import type { StructuredLog, Wrangler, WranglerWorker } from "./wrangler.ts";

export interface WorkerOptions {
  project: Project;
  wrangler: Wrangler;
  hostname: string;
  port: number;
  /** Base URL of the collector, as the Worker reaches it. */
  collectorUrl: string;
  /** Where the generated entry goes. */
  workDir: string;
  onLog(log: StructuredLog): void;
  onReload(): void;
  onError(message: string): void;
}

/** Flags that give a Worker `AsyncLocalStorage`; the leanest is added where there is none. */
const ASYNC_CONTEXT_FLAGS = ["nodejs_als", "nodejs_compat", "nodejs_compat_v2"];

export async function startWorker(options: WorkerOptions): Promise<{ url: string; dispose(): Promise<void> }> {
  const { project, wrangler } = options;
  const instrumented = project.uninstrumented === undefined;
  let worker: WranglerWorker;
  try {
    worker = await wrangler.startWorker({
      config: project.configPath,
      ...(project.env !== undefined && { env: project.env }),
      ...(instrumented && {
        entrypoint: writeEntry(project, tracingConfig(options), join(options.workDir, "entry", project.name)),
        compatibilityFlags: withAsyncContext(project.compatibilityFlags),
        build: { moduleRoot: project.moduleRoot },
      }),
      dev: {
        server: { hostname: options.hostname, port: options.port },
        inspector: false,
        watch: true,
        logLevel: "error",
        structuredLogsHandler: options.onLog,
      },
    });
  } catch (error) {
    throw new CliError(oneLine(`${project.configPath}: ${error instanceof Error ? error.message : String(error)}`));
  }
  worker.raw.on("error", (event) => options.onError(describe(event)));
  worker.raw.on("reloadComplete", options.onReload);
  await worker.ready;
  return { url: String(await worker.url).replace(/\/$/, ""), dispose: () => worker.dispose() };
}

function tracingConfig({ project, collectorUrl }: WorkerOptions): TracingConfig {
  return { serviceName: project.name, traces: project.traces, logs: project.logs, endpoint: collectorUrl };
}

function withAsyncContext(flags: string[]): string[] {
  return ASYNC_CONTEXT_FLAGS.some((flag) => flags.includes(flag)) ? flags : [...flags, "nodejs_als"];
}

function describe({ reason, cause }: { reason?: string; cause?: unknown }): string {
  return oneLine([reason, cause instanceof Error ? cause.message : ""].filter(Boolean).join(": "));
}
