// `enterspan dev`: Workers with their traces. Parses nothing and starts nothing itself; says what happens.
import { type Dev, startDev } from "../dev/start.ts";
import type { Project } from "../project.ts";
import { untilStopped } from "../shutdown.ts";
import { createTerminal, type Terminal } from "../terminal.ts";
import { VERSION } from "../version.ts";
import {
  type Caveat,
  here,
  optionsOf,
  type Row,
  routeCaveat,
  samplingCaveat,
  telemetryRows,
  tellRequests,
  type WorkerFlags,
} from "./report.ts";

export interface DevFlags extends WorkerFlags {
  config?: string[];
}

export async function dev(flags: DevFlags): Promise<number> {
  const terminal = createTerminal();
  const tellCaveat = caveatTeller(terminal);
  const { config } = flags;
  const isOne = config === undefined || config.length === 1;
  const running = await startDev({
    ...optionsOf(flags),
    config,
    onLog: ({ level, message }, worker) => terminal.log(level, message, isOne ? undefined : worker),
    onReload: (worker) => terminal.note(isOne ? "Reloaded." : `Reloaded ${worker}.`),
    onReconfigure: tellCaveat,
    onError: (message) => terminal.error(message),
    onWarn: (message) => terminal.warn(message),
  });
  introduce(running, terminal);
  const notTold = routeCaveat(running, projectsOf(running));
  if (notTold !== undefined) terminal[notTold.say](`${notTold.text}\n`);
  for (const project of projectsOf(running)) tellCaveat(project);
  tellRequests(running, () => projectsOf(running).map(({ name }) => name), terminal);
  return untilStopped(
    () => running.close(),
    () => terminal.note("Stopping …"),
  );
}

const projectsOf = ({ workers }: Dev): Project[] => workers.map(({ project }) => project);

function introduce(running: Dev, terminal: Terminal): void {
  terminal.banner(`enterspan ${VERSION}`, [
    ...running.workers.map(({ url, project: { name, configPath, env } }): Row => {
      return ["Worker", url, `${name}, ${here(configPath)}${env ? `, env ${env}` : ""}`];
    }),
    ...telemetryRows(running, projectsOf(running)),
  ]);
}

/** Why some or all requests leave no trace, if so. */
function caveatOf(project: Project): Caveat | undefined {
  const { name, configPath, uninstrumented } = project;
  if (uninstrumented !== undefined)
    return { say: "warn", text: `${name} runs without traces: ${uninstrumented}.` };
  return samplingCaveat(project, configPath);
}

/** Says each project's caveat, once for as long as it stays the same. */
function caveatTeller(terminal: Terminal): (project: Project) => void {
  const told = new Map<string, string | undefined>();
  return (project) => {
    const caveat = caveatOf(project);
    if (caveat !== undefined && caveat.text !== told.get(project.configPath)) {
      terminal[caveat.say](`${caveat.text}\n`);
    }
    told.set(project.configPath, caveat?.text);
  };
}
