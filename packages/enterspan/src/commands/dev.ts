// `enterspan dev`: a Worker with its traces. Parses nothing and starts nothing itself; says what happens.
import { relative } from "node:path";
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
    onError: (message) => terminal.error(message),
  });
  introduce(running, terminal);
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
  const here = (path: string) => relative(process.cwd(), path) || ".";
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
  if (project.uninstrumented !== undefined) {
    terminal.warn(`${project.name} runs without traces: ${project.uninstrumented}.\n`);
  } else if (!project.traces.enabled) {
    terminal.warn(
      `Tracing is off for ${project.name}. Turn it on in ${here(project.configPath)}: ${enableSnippet(project.configPath)}\n`,
    );
  } else if (project.traces.headSamplingRate < 1) {
    terminal.note(`head_sampling_rate keeps ${project.traces.headSamplingRate * 100} % of the requests.\n`);
  }
}

function enableSnippet(configPath: string): string {
  return configPath.endsWith(".toml")
    ? "[observability.traces] enabled = true"
    : '"observability": { "traces": { "enabled": true } }';
}
