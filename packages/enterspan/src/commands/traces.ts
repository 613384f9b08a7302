// `enterspan traces`: the newest traces that a search finds, as a table. What a search may say is in docs/search.md.
import type { TraceListResponse, TraceSummary } from "@enterspan/backend/contract";
import { formatDuration, printable } from "../terminal.ts";
import { openServer, type ServerFlags } from "../transfer/server.ts";

export interface TracesFlags extends ServerFlags {
  limit: number;
}

export async function traces(search: string | undefined, flags: TracesFlags): Promise<number> {
  const server = await openServer(flags, "read");
  try {
    const query = new URLSearchParams({ limit: String(flags.limit), ...(search && { search }) });
    const { traces } = (await (await server.ask(`/api/traces?${query}`)).json()) as TraceListResponse;
    for (const line of traceTable(traces)) console.log(line);
  } finally {
    await server.close();
  }
  return 0;
}

const HEADINGS = ["START", "DURATION", "STATUS", "SPANS", "ERRORS", "SERVICE", "NAME", "TRACE"];

/** Columns as wide as what is in them; the last needs no padding. Times are UTC. */
export function traceTable(traces: readonly TraceSummary[]): string[] {
  const rows = [HEADINGS, ...traces.map(cells)];
  const widths = HEADINGS.map((_, at) => Math.max(...rows.map((row) => (row[at] as string).length)));
  return rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] as number))
      .join("  ")
      .trimEnd(),
  );
}

function cells(trace: TraceSummary): string[] {
  const start = BigInt(trace.startTimeUnixNano);
  return [
    new Date(Number(start / 1_000_000n)).toISOString(),
    formatDuration(start, start + BigInt(trace.durationNano)),
    trace.httpStatusCode === undefined
      ? trace.statusCode === 2
        ? "error"
        : "ok"
      : String(trace.httpStatusCode),
    String(trace.spanCount),
    String(trace.errorCount),
    printable(trace.service),
    printable(trace.rootName),
    trace.traceId,
  ];
}
