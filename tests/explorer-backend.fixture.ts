// The explorer on a real backend that holds made-up traces: for what asks the server more than for one trace.
import { startBackend } from "@enterspan/backend";
import type { TraceResponse } from "@enterspan/backend/contract";
import { assetsDir } from "@enterspan/explorer";
import { hex, MS } from "../packages/explorer/scripts/fixture/spans.ts";
import {
  FAULTY_ID,
  faulty,
  healthy,
  ODD_ID,
  ORDER_ID,
  odd,
  order,
} from "../packages/explorer/scripts/fixture/traces.ts";
import { otlpJsonOf } from "../packages/explorer/src/api/otlp-json.ts";
import { temporaryDir } from "./enterspan.fixture.ts";

export interface ExplorerBackend {
  readonly url: string;
  /** Stores a trace with its logs. */
  send(trace: TraceResponse): Promise<void>;
  stop(): Promise<void>;
}

export async function startExplorerBackend(): Promise<ExplorerBackend> {
  const data = await temporaryDir();
  const backend = await startBackend({ dataDir: data.path, port: 0, assetsDir });
  return {
    url: backend.url,
    async send(trace) {
      const { resourceSpans, resourceLogs } = otlpJsonOf({ source: () => trace });
      await post(`${backend.url}/v1/traces`, { resourceSpans });
      if (resourceLogs.length > 0) await post(`${backend.url}/v1/logs`, { resourceLogs });
    },
    async stop() {
      await backend.close();
      await data[Symbol.asyncDispose]();
    },
  };
}

async function post(url: string, body: object): Promise<void> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
}

/** The last twenty minutes of a shop: `count` requests, of which every tenth fails, and what is odd. */
export async function sendShopTraces({ send }: ExplorerBackend, count: number): Promise<void> {
  const now = BigInt(Date.now()) * MS;
  const step = (20n * 60_000n * MS) / BigInt(count);
  for (let index = 0; index < count; index++) {
    const id = hex(index + 1, 32);
    const at = now - BigInt(count - index) * step;
    await send(index % 10 === 9 ? order(id, at, `/orders/${index}`) : healthy(id, at, index));
  }
  await send(faulty(FAULTY_ID, now - 3_000n * MS));
  await send(odd(ODD_ID, now - 2_000n * MS));
  await send(order(ORDER_ID, now - 1_000n * MS));
}
