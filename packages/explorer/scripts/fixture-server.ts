// Serves the built page with made-up traces, to look at it without a backend:
//   node packages/explorer/scripts/fixture-server.ts [--port 4400] [--empty] [--small] [--still]
// A new trace arrives every two seconds, and one grows, unless --still; with --empty there is none at first; --small leaves out the one of
// 100,000 spans. Same headers as the server.
import { readFile } from "node:fs/promises";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { parseArgs } from "node:util";
import type { TraceHeatmapResponse, TraceResponse, TraceSummary } from "@enterspan/backend/contract";
import { assetsDir } from "../assets.js";
import { hex, MS, summary } from "./fixture/spans.ts";
import {
  COARSE_ID,
  coarse,
  DEEP_ID,
  deep,
  FAULTY_ID,
  faulty,
  GROWING_ID,
  growing,
  healthy,
  LARGE_ID,
  large,
  ODD_ID,
  ORDER_ID,
  odd,
  order,
} from "./fixture/traces.ts";

const POLICY =
  "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'";
const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "4400" },
    small: { type: "boolean", default: false },
    empty: { type: "boolean", default: false },
    still: { type: "boolean", default: false },
  },
});

const now = (): bigint => BigInt(Date.now()) * MS;
const traces = new Map<string, () => TraceResponse>();
const summaries: TraceSummary[] = [];
const listeners = new Set<ServerResponse>();

function add(id: string, make: () => TraceResponse): void {
  traces.set(id, make);
  const known = summaries.findIndex((row) => row.traceId === id);
  if (known >= 0) summaries.splice(known, 1);
  summaries.unshift(summary(make()));
  const change = JSON.stringify({ traceIds: [id], truncated: false });
  for (const listener of listeners) listener.write(`event: changed\ndata: ${change}\n\n`);
}

if (!values.empty) {
  const start = now() - 600_000n * MS;
  for (let index = 0; index < 340; index++) {
    const at = start + BigInt(index) * 1_500n * MS;
    const id = hex(index + 1, 32);
    add(id, () => healthy(id, at, index));
  }
  const late = now() - 20_000n * MS;
  add(DEEP_ID, () => deep(DEEP_ID, late, 5_000));
  if (!values.small) add(LARGE_ID, () => large(LARGE_ID, late + MS, 100_000));
  add(COARSE_ID, () => coarse(COARSE_ID, late + 2n * MS));
  add(ODD_ID, () => odd(ODD_ID, late + 3_000n * MS));
  add(FAULTY_ID, () => faulty(FAULTY_ID, late + 6_000n * MS));
  add(ORDER_ID, () => order(ORDER_ID, late + 9_000n * MS));
}
if (!values.still) {
  let index = 0;
  const growingFrom = now();
  setInterval(() => {
    const calls = index + 1;
    add(GROWING_ID, () => growing(GROWING_ID, growingFrom, calls));
    const id = hex(0xf0000 + index++, 32);
    const at = now();
    add(id, () => (index % 5 === 0 ? order(id, at) : healthy(id, at, index)));
  }, 2_000);
}
setInterval(() => {
  for (const listener of listeners) listener.write("event: ping\ndata: {}\n\n");
}, 15_000);

function selected(query: URLSearchParams): TraceSummary[] {
  const service = query.get("service");
  return summaries
    .filter((row) => service === null || row.services.includes(service))
    .filter((row) => query.get("errors") === null || row.errorCount > 0);
}

function list(query: URLSearchParams): TraceSummary[] {
  const [before] = query.get("before")?.split("-") ?? [];
  const figure = {
    duration: "durationNano",
    spans: "spanCount",
    errors: "errorCount",
    logs: "logCount",
  } as const;
  const sort = figure[query.get("sort") as keyof typeof figure];
  return selected(query)
    .filter((row) => before === undefined || BigInt(row.startTimeUnixNano) < BigInt(before))
    .sort((a, b) => (BigInt(a.startTimeUnixNano) < BigInt(b.startTimeUnixNano) ? 1 : -1))
    .sort((a, b) => (sort === undefined ? 0 : Number(b[sort]) - Number(a[sort])))
    .slice(0, Number(query.get("limit") ?? 100));
}

function heatmap(query: URLSearchParams): TraceHeatmapResponse {
  const [from, to] = [Number(query.get("from")), Number(query.get("to"))];
  const bucketMs = Math.max(1, Math.ceil((to - from) / Number(query.get("buckets"))));
  const cells = new Map<string, TraceHeatmapResponse["cells"][number]>();
  for (const row of selected(query)) {
    const ms = Number(BigInt(row.startTimeUnixNano) / MS);
    if (ms < from || ms >= to) continue;
    const startMs = Math.floor(ms / bucketMs) * bucketMs;
    const level = Math.floor(Math.log10(Math.max(1, Number(row.durationNano))) * 8);
    const known = cells.get(`${startMs} ${level}`) ?? { startMs, level, count: 0, errors: 0 };
    const errors = known.errors + (row.errorCount > 0 ? 1 : 0);
    cells.set(`${startMs} ${level}`, { ...known, count: known.count + 1, errors });
  }
  return { bucketMs, levelsPerDecade: 8, cells: [...cells.values()] };
}

async function asset(path: string): Promise<{ type: string; body: Buffer }> {
  const file = normalize(path === "/" ? "/index.html" : path);
  const found = await readFile(join(assetsDir, file)).catch(() => undefined);
  if (found !== undefined) return { type: TYPES[extname(file)] ?? "application/octet-stream", body: found };
  return { type: TYPES[".html"] as string, body: await readFile(join(assetsDir, "index.html")) };
}

const server = createServer(async (request, response) => {
  const url = new URL(request.url ?? "/", "http://localhost");
  const json = (status: number, body: unknown): void => {
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  };
  if (url.pathname === "/api/live") {
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    response.write("event: ping\ndata: {}\n\n");
    listeners.add(response);
    response.on("close", () => listeners.delete(response));
    return;
  }
  if (url.pathname === "/api/traces") return json(200, { traces: list(url.searchParams) });
  if (url.pathname === "/api/traces/heatmap") return json(200, heatmap(url.searchParams));
  if (url.pathname === "/api/session") return json(200, { isLoggedIn: false });
  if (url.pathname === "/api/services") {
    const names = new Set(summaries.flatMap((row) => row.services));
    return json(200, { services: [...names].map((name) => ({ name, lastSeenUnixNano: "0" })) });
  }
  if (url.pathname.startsWith("/api/traces/")) {
    const made = traces.get(url.pathname.slice("/api/traces/".length))?.();
    if (made !== undefined) return json(200, made);
    return json(404, { error: { code: "trace_not_found", message: "No trace has this id." } });
  }
  if (url.pathname.startsWith("/api/"))
    return json(404, { error: { code: "not_found", message: "No such route." } });
  const { type, body } = await asset(url.pathname);
  response.writeHead(200, { "content-type": type, "content-security-policy": POLICY }).end(body);
});

server.listen(Number(values.port), "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  console.log(`http://127.0.0.1:${port}`);
});
