// `enterspan dev`: a Worker with its traces. Parses nothing and starts nothing itself; says what happens.
import { relative } from "node:path";
import type { Project } from "../dev/project.ts";
import { type Dev, startDev } from "../dev/start.ts";
import { untilStopped } from "../shutdown.ts";
import { createTerminal, type Terminal } from "../terminal.ts";
import { VERSION } from "../version.ts";

export interface DevFlags {
  config?: string;
  env?: string;
  port: number;
  collectorPort: number;
  collector?: string;
  data?: string;
  var: Record<string, string>;
}

export async function dev(flags: DevFlags): Promise<number> {
  const terminal = createTerminal();
  const tellCaveat = caveatTeller(terminal);
  const running = await startDev({
    config: flags.config,
    env: flags.env,
    port: flags.port,
    collectorPort: flags.collectorPort,
    collector: flags.collector,
    dataDir: flags.data,
    vars: flags.var,
    onLog: ({ level, message }) => terminal.log(level, message),
    onReload: () => terminal.note("Reloaded."),
    onReconfigure: tellCaveat,
    onError: (message) => terminal.error(message),
  });
  introduce(running, terminal);
  tellCaveat(running.project);
  running.collector?.onCommitted(({ entries }) => {
    for (const entry of entries) {
      // Of others that report here too, only what they began: the rest stands in a trace that has its line.
      const isOurs = entry.service === running.project.name;
      if (!isOurs && !entry.isRoot) continue;
      terminal.request(entry, `${running.collectorUrl}/traces/${entry.traceId}`, !isOurs);
    }
  });
  return untilStopped(
    () => running.close(),
    () => terminal.note("Stopping …"),
  );
}

function introduce({ project, url, collectorUrl, dataDir }: Dev, terminal: Terminal): void {
  terminal.banner(`enterspan ${VERSION}`, [
    [
      "Worker",
      url,
      `${project.name}, ${here(project.configPath)}${project.env ? `, env ${project.env}` : ""}`,
    ],
    ["Explorer", collectorUrl],
    ["OTLP", `${collectorUrl}/v1/traces`],
    ...(dataDir === undefined ? [] : [["Data", here(dataDir)] as [string, string]]),
  ]);
}

interface Caveat {
  say: "warn" | "note";
  text: string;
}

/** Why some or all requests leave no trace, if so. */
function caveatOf({ name, configPath, traces, uninstrumented }: Project): Caveat | undefined {
  if (uninstrumented !== undefined)
    return { say: "warn", text: `${name} runs without traces: ${uninstrumented}.` };
  if (!traces.enabled) {
    const text = `Tracing is off for ${name}. Turn it on in ${here(configPath)}: ${enableSnippet(configPath)}`;
    return { say: "warn", text };
  }
  if (traces.headSamplingRate >= 1) return undefined;
  // 0.29 × 100 is 28.999999999999996.
  const percent = Number((traces.headSamplingRate * 100).toPrecision(12));
  return { say: "note", text: `head_sampling_rate keeps ${percent} % of the requests.` };
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

const here = (path: string): string => relative(process.cwd(), path) || ".";

function enableSnippet(configPath: string): string {
  return configPath.endsWith(".toml")
    ? "[observability.traces] enabled = true"
    : '"observability": { "traces": { "enabled": true } }';
}
