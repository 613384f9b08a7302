// `enterspan serve`: the backend and the explorer alone, for whatever sends OTLP.
import { resolve } from "node:path";
import { startCollector } from "../collector.ts";
import { untilStopped } from "../shutdown.ts";
import { createTerminal } from "../terminal.ts";
import { VERSION } from "../version.ts";

export interface ServeFlags {
  port: number;
  data: string;
}

export async function serve(flags: ServeFlags): Promise<number> {
  const terminal = createTerminal();
  const collector = await startCollector({
    port: flags.port,
    dataDir: resolve(flags.data),
    portFlag: "--port",
    onLog: ({ message }) => terminal.error(message),
  });
  terminal.banner(`enterspan ${VERSION}`, [
    ["Explorer", collector.url],
    ["OTLP", `${collector.url}/v1/traces`],
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
