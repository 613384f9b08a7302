// One Worker of `enterspan dev` and its Wrangler file, whose edits it takes over while it runs.
import { watch } from "node:fs";
import { basename, dirname } from "node:path";
import { type Telemetry, workDirOf } from "../collector.ts";
import { messageOf } from "../errors.ts";
import { type Project, readProject } from "../project.ts";
import type { StructuredLog, Wrangler } from "../wrangler.ts";
import { startWorker } from "./worker.ts";

export interface DevWorker {
  /** As the Wrangler file has it now: an edit may rename it or turn tracing off. */
  readonly project: Project;
  /** Base URL, without a slash at the end. */
  readonly url: string;
}

export interface ProjectWorkerOptions {
  project: Project;
  /** The project's own. */
  wrangler: Wrangler;
  hostname: string;
  /** 0 takes any that is free. */
  port: number;
  telemetry: Telemetry;
  /** Names of the Workers of this command that are instrumented. */
  instrumented: readonly string[];
  vars: Record<string, string>;
  onLog: (log: StructuredLog) => void;
  onReload: () => void;
  onReconfigure: (project: Project) => void;
  onError: (message: string) => void;
}

export interface RunningProject extends DevWorker {
  close(): Promise<void>;
}

export async function startProject(options: ProjectWorkerOptions): Promise<RunningProject> {
  const { wrangler, onReconfigure, onError } = options;
  let { project } = options;
  const { configPath, env } = project;
  const worker = await startWorker({ ...options, workDir: workDirOf(dirname(configPath)) });
  const stopWatching = onChange(configPath, () => {
    try {
      const edited = readProject(wrangler, configPath, env);
      options.telemetry.collector?.route(edited.name, edited.route);
      worker.reconfigure(edited);
      project = edited;
      onReconfigure(project);
    } catch (error) {
      onError(messageOf(error));
    }
  });
  return {
    get project() {
      return project;
    },
    url: worker.url,
    async close() {
      stopWatching();
      await worker.dispose();
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
