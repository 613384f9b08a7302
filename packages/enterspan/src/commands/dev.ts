// `enterspan dev`: a Worker with its traces. Parses nothing and starts nothing itself; says what happens.
import { type Dev, startDev } from "../dev/start.ts";
import type { Project } from "../project.ts";
import { untilStopped } from "../shutdown.ts";
import { createTerminal, type Terminal } from "../terminal.ts";
import { VERSION } from "../version.ts";
import {
  type Caveat,
  here,
  optionsOf,
  routeCaveat,
  samplingCaveat,
  telemetryRows,
  tellRequests,
  type WorkerFlags,
} from "./report.ts";

export async function dev(flags: WorkerFlags): Promise<number> {
  const terminal = createTerminal();
  const tellCaveat = caveatTeller(terminal);
  const running = await startDev({
    ...optionsOf(flags),
    onLog: ({ level, message }) => terminal.log(level, message),
    onReload: () => terminal.note("Reloaded."),
    onReconfigure: tellCaveat,
    onError: (message) => terminal.error(message),
  });
  introduce(running, terminal);
  const notTold = routeCaveat(running, running.project);
  if (notTold !== undefined) terminal[notTold.say](`${notTold.text}\n`);
  tellCaveat(running.project);
  tellRequests(running, () => running.project.name, terminal);
  return untilStopped(
    () => running.close(),
    () => terminal.note("Stopping …"),
  );
}

function introduce(running: Dev, terminal: Terminal): void {
  const { name, configPath, env } = running.project;
  terminal.banner(`enterspan ${VERSION}`, [
    ["Worker", running.url, `${name}, ${here(configPath)}${env ? `, env ${env}` : ""}`],
    ...telemetryRows(running, running.project),
  ]);
}

/** Why some or all requests leave no trace, if so. */
function caveatOf(project: Project): Caveat | undefined {
  const { name, configPath, uninstrumented } = project;
  if (uninstrumented !== undefined)
    return { say: "warn", text: `${name} runs without traces: ${uninstrumented}.` };
  return samplingCaveat(project, configPath);
}

/** Says a project's caveat, once for as long as it stays the same. */
function caveatTeller(terminal: Terminal): (project: Project) => void {
  let told: string | undefined;
  return (project) => {
    const caveat = caveatOf(project);
    if (caveat !== undefined && caveat.text !== told) terminal[caveat.say](`${caveat.text}\n`);
    told = caveat?.text;
  };
}
