// `enterspan trace`: one trace as a waterfall in the terminal.
import type { TraceListResponse, TraceResponse } from "@enterspan/backend/contract";
import { CliError } from "../errors.ts";
import { openServer, type Server, type ServerFlags } from "../transfer/server.ts";
import { waterfall } from "../waterfall/draw.ts";

export interface TraceFlags extends ServerFlags {
  limit: number;
}

/** Where a file or a pipe is written to. */
const COLUMNS = 100;

/** @param name a trace id, or an address with one in it; without it the newest trace */
export async function trace(name: string | undefined, flags: TraceFlags): Promise<number> {
  const id = name === undefined ? undefined : /[0-9a-f]{32}/i.exec(name)?.[0].toLowerCase();
  if (name !== undefined && id === undefined) {
    throw new CliError(`"${name}" is no trace id: 32 hexadecimal digits, as enterspan traces lists them.`);
  }
  const server = await openServer(flags, "read");
  try {
    const answer = await server.ask(`/api/traces/${id ?? (await newest(server))}`);
    const { columns = COLUMNS, isTTY } = process.stdout;
    const colour = isTTY && process.stdout.hasColors();
    for (const line of waterfall((await answer.json()) as TraceResponse, {
      columns,
      colour,
      limit: flags.limit,
    })) {
      console.log(line);
    }
  } finally {
    await server.close();
  }
  return 0;
}

async function newest(server: Server): Promise<string> {
  const { traces } = (await (await server.ask("/api/traces?limit=1")).json()) as TraceListResponse;
  const [first] = traces;
  if (first === undefined) throw new CliError("Nothing has been recorded yet.");
  return first.traceId;
}
