// What the commands that run a Worker say alike: where telemetry goes, a line for each request, why there may be none.
import { relative } from "node:path";
import type { PropagationConfig } from "@enterspan/tracing";
import type { Service, Telemetry } from "../collector.ts";
import type { Signal } from "../project.ts";
import type { Terminal } from "../terminal.ts";

export type Row = [label: string, value: string, note?: string];

/** The flags of every command that runs a Worker; which Wrangler file each takes is its own. */
export interface WorkerFlags {
  env?: string;
  port: number;
  collectorPort: number;
  collector?: string;
  data?: string;
  settings?: string;
  var?: Record<string, string>;
  traceContext: PropagationConfig["incoming"];
  excludeTarget?: string[];
}

/** What these flags say, as the options of whatever starts the Worker. */
export function optionsOf(flags: WorkerFlags) {
  const { env, port, collectorPort, collector, data: dataDir, var: vars = {} } = flags;
  const { settings, traceContext: incoming, excludeTarget: exclude = [] } = flags;
  return {
    env,
    port,
    collectorPort,
    collector,
    dataDir,
    settings,
    vars,
    propagation: { incoming, exclude },
  };
}

/** A path as one types it here. */
export const here = (path: string): string => relative(process.cwd(), path) || ".";

export function telemetryRows({ collectorUrl, dataDir }: Telemetry, services: readonly Service[]): Row[] {
  const signals = services.flatMap(({ route }) => [route.traces, route.logs]);
  const names = [...new Set(signals.flatMap((signal) => signal?.destinations ?? []))];
  const isForwarded = dataDir !== undefined && names.length > 0;
  return [
    ["Explorer", collectorUrl],
    ["OTLP", `${collectorUrl}/v1/traces`],
    ...(dataDir === undefined ? [] : [["Data", here(dataDir)] as Row]),
    ...(isForwarded ? [["Forward", names.join(", ")] as Row] : []),
  ];
}

/** What of the Wrangler files a backend of another process is not told. */
export function routeCaveat(
  { collector, collectorUrl }: Telemetry,
  services: readonly Service[],
): Caveat | undefined {
  const signals = services.flatMap(({ route }) => [route.traces, route.logs]);
  const isPlain = signals.every((signal) => !signal?.destinations?.length && signal?.persist !== false);
  if (collector !== undefined || isPlain) return undefined;
  const text = `The Wrangler file's destinations and "persist" are not said to ${collectorUrl}: it has settings of its own.`;
  return { say: "warn", text };
}

/** Prints a line for each request that the backend has stored, where it is ours. `names` are the Workers' at that time. */
export function tellRequests(
  { collector, collectorUrl }: Telemetry,
  names: () => string[],
  terminal: Terminal,
): void {
  collector?.onCommitted(({ entries }) => {
    const ours = names();
    for (const entry of entries) {
      // Of others that report here too, only what they began: the rest stands in a trace that has its line.
      const isOurs = ours.includes(entry.service);
      if (!isOurs && !entry.isRoot) continue;
      const showsService = !isOurs || ours.length > 1;
      terminal.request(entry, `${collectorUrl}/traces/${entry.traceId}`, showsService);
    }
  });
}

export interface Caveat {
  say: "warn" | "note";
  text: string;
}

/** Why some or all requests leave no trace, if so; `configPath` is where that is said. */
export function samplingCaveat(
  { name, traces, route }: Service & { traces: Signal },
  configPath: string,
): Caveat | undefined {
  if (!traces.enabled) {
    const text = `Tracing is off for ${name}. Turn it on in ${here(configPath)}: ${enableSnippet(configPath)}`;
    return { say: "warn", text };
  }
  if (route.traces?.persist === false) {
    const names = route.traces.destinations?.join(", ");
    const text = `Traces of ${name} are not kept here ("persist" is false): ${names ? `they go on to ${names}` : "no destination is named for them"}.`;
    return { say: names ? "note" : "warn", text };
  }
  if (traces.headSamplingRate >= 1) return undefined;
  // 0.29 × 100 is 28.999999999999996.
  const percent = Number((traces.headSamplingRate * 100).toPrecision(12));
  return { say: "note", text: `head_sampling_rate keeps ${percent} % of the requests.` };
}

function enableSnippet(configPath: string): string {
  return configPath.endsWith(".toml")
    ? "[observability.traces] enabled = true"
    : '"observability": { "traces": { "enabled": true } }';
}
