// The product itself with the made-up traces in it, so that a page gets their answers as readers get them: not at once, and
// in pieces.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TraceResponse, WireSpan } from "@enterspan/backend/contract";
import { startBackend } from "../../packages/backend/src/index.ts";
import { assetsDir } from "../../packages/explorer/assets.js";
import { idOf, traceOf } from "./made-up.ts";

/** Spans in one request, which stays below what the backend takes at once. */
const REQUEST_SPANS = 5_000;

export interface FilledBackend {
  traceId(spans: number): string;
  traceUrl(spans: number): string;
  readonly listUrl: string;
  close(): Promise<void>;
}

export async function startFilledBackend(sizes: readonly number[]): Promise<FilledBackend> {
  const dataDir = await mkdtemp(join(tmpdir(), "enterspan-bench-explorer-"));
  const backend = await startBackend({ port: 0, dataDir, assetsDir });
  for (const spans of sizes) await fill(backend.url, traceOf(spans, BigInt(Date.now()) * 1_000_000n));
  return {
    traceId: idOf,
    traceUrl: (spans) => `${backend.url}/traces/${idOf(spans)}`,
    listUrl: `${backend.url}/`,
    async close() {
      await backend.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function fill(url: string, { spans, resources, scopes, traceId }: TraceResponse): Promise<void> {
  for (let from = 0; from < spans.length; from += REQUEST_SPANS) {
    const resourceSpans = spans
      .slice(from, from + REQUEST_SPANS)
      .map(({ resource, scope, ...span }: WireSpan) => ({
        resource: resources[resource],
        scopeSpans: [{ scope: scopes[scope], spans: [{ ...span, traceId }] }],
      }));
    const response = await fetch(`${url}/v1/traces`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ resourceSpans }),
    });
    if (!response.ok) throw new Error(`the backend answered ${response.status}: ${await response.text()}`);
  }
}
