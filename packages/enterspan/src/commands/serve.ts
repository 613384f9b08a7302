// `enterspan serve`: the backend and the explorer alone, for whatever sends OTLP.
import { resolve } from "node:path";
import type { LogLevel } from "@enterspan/backend";
import { startCollector } from "../collector.ts";
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
  retentionDays?: number;
  /** In bytes. */
  maxSize?: number;
  logFormat: LogFormat;
  logLevel: LogLevel;
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
    retention: {
      ...(flags.retentionDays !== undefined && { days: flags.retentionDays }),
      ...(flags.maxSize !== undefined && { maxBytes: flags.maxSize }),
    },
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
