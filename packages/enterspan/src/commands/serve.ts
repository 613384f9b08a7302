// `enterspan serve`: the backend and the explorer alone, for whatever sends OTLP.
import { resolve } from "node:path";
import { startCollector } from "../collector.ts";
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
  retentionDays?: number;
  /** In bytes. */
  maxSize?: number;
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
    retention: {
      ...(flags.retentionDays !== undefined && { days: flags.retentionDays }),
      ...(flags.maxSize !== undefined && { maxBytes: flags.maxSize }),
    },
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
