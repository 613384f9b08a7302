// `enterspan serve`: the backend and the explorer alone, for whatever sends OTLP.
import { resolve } from "node:path";
import { type LogLevel, type SamplingSettings, samplingSettings } from "@enterspan/backend";
import { findSettings, startCollector } from "../collector.ts";
import { CliError } from "../errors.ts";
import { createServeLog, type LogFormat } from "../serve-log.ts";
import { untilStopped } from "../shutdown.ts";
import { acceptedTokens } from "../tokens.ts";

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
  logFormat: LogFormat;
  logLevel: LogLevel;
}

export interface SampleAttribute {
  key: string;
  /** As text; any, without it. */
  value?: string;
}

/** OTLP's own port for gRPC. */
const GRPC_PORT = 4317;

export async function serve(flags: ServeFlags): Promise<number> {
  const log = createServeLog(flags.logFormat, flags.logLevel);
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
    logLevel: flags.logLevel,
    onLog: log.line,
  });
  log.started(collector, flags.data);
  collector.onCommitted(({ entries }) => {
    for (const entry of entries) log.request(entry, `${collector.url}/traces/${entry.traceId}`);
  });
  return untilStopped(() => collector.close(), log.stopping);
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
