// `enterspan serve`: the backend and the explorer alone, for whatever sends OTLP.
import { resolve } from "node:path";
import { type SamplingSettings, samplingSettings } from "@enterspan/backend";
import { findSettings, startCollector } from "../collector.ts";
import { CliError } from "../errors.ts";
import { untilStopped } from "../shutdown.ts";
import { createTerminal } from "../terminal.ts";
import { acceptedTokens } from "../tokens.ts";
import { VERSION } from "../version.ts";

export interface ServeFlags {
  port: number;
  /** The port for OTLP over gRPC; `true` where the flag names none. */
  grpc?: number | true;
  host: string;
  allowedHost?: string[];
  requireToken?: true;
  data: string;
  settings?: string;
  retentionDays?: number;
  /** In bytes. */
  maxSize?: number;
  sampleShare?: number;
  /** In milliseconds. */
  sampleSlower?: number;
  sampleAttribute?: SampleAttribute[];
  /** In seconds. */
  sampleWait?: number;
}

export interface SampleAttribute {
  key: string;
  /** As text; any, without it. */
  value?: string;
}

/** OTLP's own port for gRPC. */
const GRPC_PORT = 4317;

export async function serve(flags: ServeFlags): Promise<number> {
  const terminal = createTerminal();
  const collector = await startCollector({
    port: flags.port,
    ...(flags.grpc !== undefined && { grpcPort: flags.grpc === true ? GRPC_PORT : flags.grpc }),
    host: flags.host,
    allowedHosts: flags.allowedHost ?? [],
    requireTokens: flags.requireToken === true,
    tokens: acceptedTokens(),
    dataDir: resolve(flags.data),
    settings: findSettings(flags.settings, process.cwd(), process.cwd()),
    retention: {
      ...(flags.retentionDays !== undefined && { days: flags.retentionDays }),
      ...(flags.maxSize !== undefined && { maxBytes: flags.maxSize }),
    },
    sampling: samplingOf(flags),
    portFlag: "--port",
    onLog: ({ message }) => terminal.error(message),
  });
  terminal.banner(`enterspan ${VERSION}`, [
    ["Explorer", collector.url],
    ["OTLP", `${collector.url}/v1/traces`],
    ...(collector.grpcPort === undefined
      ? []
      : [
          ["gRPC", `http://${new URL(collector.url).hostname}:${collector.grpcPort}`] satisfies [
            string,
            string,
          ],
        ]),
    ["Data", flags.data],
  ]);
  collector.onCommitted(({ entries }) => {
    for (const entry of entries) terminal.request(entry, `${collector.url}/traces/${entry.traceId}`, true);
  });
  return untilStopped(
    () => collector.close(),
    () => terminal.note("Stopping …"),
  );
}

/** What the flags say; then what a settings file says of sampling does not count. */
function samplingOf(flags: ServeFlags): SamplingSettings | undefined {
  const { sampleShare: keepShare, sampleSlower, sampleAttribute, sampleWait } = flags;
  if (keepShare === undefined) {
    if ((sampleSlower ?? sampleAttribute ?? sampleWait) === undefined) return undefined;
    throw new CliError(
      "The --sample flags need --sample-share: what is to become of the other traces, such as 0.1.",
    );
  }
  return samplingSettings.parse({
    keepShare,
    keepSlowerThanMs: sampleSlower,
    keepAttributes: sampleAttribute,
    waitSeconds: sampleWait,
  });
}
