// `enterspan run`: a Worker on Node with its traces. Parses nothing and starts nothing itself; says what happens.
import { CliError, stackOf } from "../errors.ts";
import { type Run, startRun } from "../run/start.ts";
import { untilStopped } from "../shutdown.ts";
import { createTerminal, type Terminal } from "../terminal.ts";
import { VERSION } from "../version.ts";
import {
  here,
  optionsOf,
  routeCaveat,
  samplingCaveat,
  telemetryRows,
  tellRequests,
  type WorkerFlags,
} from "./report.ts";

export interface RunFlags extends WorkerFlags {
  config?: string;
  name?: string;
  envModule?: string;
  host: string;
  origin?: string;
}

export async function run(entry: string | undefined, flags: RunFlags): Promise<number> {
  const terminal = createTerminal();
  // As on workerd, what nobody caught ends no other request. Where it comes from is for the user to see.
  process.on("unhandledRejection", (reason) => terminal.error(`unhandled rejection: ${stackOf(reason)}`));
  let stage: "starting" | "running" | "ending" = "starting";
  process.on("uncaughtException", (error) => {
    terminal.error(`uncaught exception: ${stackOf(error)}`);
    if (stage !== "starting") return;
    stage = "ending";
    process.exit(error instanceof CliError ? 1 : 2);
  });
  // Called inside of `process.exit`, by whoever called that.
  process.on("exit", (code) => {
    if (stage === "ending") return;
    const call = new Error(`process.exit(${code})`);
    Error.captureStackTrace(call, process.exit);
    terminal.error(`the Worker has ended enterspan, with what was not stored yet: ${stackOf(call)}`);
  });
  const { config, name, envModule, host, origin } = flags;
  const running = await startRun({
    ...optionsOf(flags),
    config,
    entry,
    name,
    envModule,
    host,
    origin,
    onError: (message) => terminal.error(message),
    onWarn: (message) => terminal.warn(message),
    onDelay: (message) => terminal.warn(message),
  }).catch((error) => {
    stage = "ending";
    throw error;
  });
  stage = "running";
  introduce(running, terminal);
  tellRequests(running, () => [running.project.name], terminal);
  return untilStopped(
    () => running.close(),
    () => {
      stage = "ending";
      terminal.note("Stopping …");
    },
  );
}

function introduce(running: Run, terminal: Terminal): void {
  const { name, entry, file, note } = running.project;
  terminal.banner(`enterspan ${VERSION}`, [
    [
      "Worker",
      running.url,
      `${name}, ${here(file?.path ?? entry)}${file?.env ? `, env ${file.env}` : ""}, on Node`,
    ],
    ...telemetryRows(running, [running.project]),
  ]);
  if (note !== undefined) terminal.note(`${note}\n`);
  for (const caveat of [
    file && samplingCaveat(running.project, file.path),
    routeCaveat(running, [running.project]),
  ]) {
    if (caveat !== undefined) terminal[caveat.say](`${caveat.text}\n`);
  }
}
