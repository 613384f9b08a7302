// The built page and made-up traces from memory, on a port of its own: what is measured is the page, not a backend.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { assetsDir } from "../../packages/explorer/assets.js";
import { summary } from "../../packages/explorer/scripts/fixture/spans.ts";
import { idOf, traceOf } from "./made-up.ts";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};
const START = 1_763_000_000_000_000_417n;

export interface BenchServer {
  traceUrl(spans: number): string;
  readonly listUrl: string;
  megabytes(spans: number): number;
  /** Compressed size of a file that the page asked for. */
  gzipBytes(url: string): number;
  close(): void;
}

export async function startServer(sizes: readonly number[]): Promise<BenchServer> {
  const traces = sizes.map((spans) => traceOf(spans, START));
  const json = (body: object): Buffer => Buffer.from(JSON.stringify(body));
  const answers = new Map([
    ["/api/traces", json({ traces: traces.map(summary) })],
    ["/api/services", json({ services: [{ name: "shop" }] })],
    ...traces.map((trace): [string, Buffer] => [`/api/traces/${trace.traceId}`, json(trace)]),
  ]);
  const unknown = json({ error: { code: "not_found", message: "The benchmark does not have this." } });
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    if (pathname === "/api/live") {
      response.writeHead(200, { "content-type": "text/event-stream" }).write("event: ping\ndata: {}\n\n");
      return;
    }
    if (pathname.startsWith("/api/")) {
      const body = answers.get(pathname) ?? unknown;
      // The length is told, as our server does.
      response
        .writeHead(body === unknown ? 404 : 200, {
          "content-type": "application/json",
          "content-length": body.length,
        })
        .end(body);
      return;
    }
    const file = extname(pathname) === "" ? "/index.html" : pathname;
    response
      .writeHead(200, { "content-type": TYPES[extname(file)] ?? "" })
      .end(readFileSync(join(assetsDir, file)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    traceUrl: (spans) => `${base}/traces/${idOf(spans)}`,
    listUrl: `${base}/`,
    megabytes: (spans) => (answers.get(`/api/traces/${idOf(spans)}`)?.length ?? 0) / 1e6,
    gzipBytes: (url) => gzipSync(readFileSync(join(assetsDir, new URL(url).pathname)), { level: 9 }).length,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
