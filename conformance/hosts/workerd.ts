// Our product on workerd: each case is a project that `enterspan dev` starts through the user's wrangler, and its traces
// are read back from the backend that they went to. One backend serves all cases.
import type { TraceListResponse, TraceResponse } from "@enterspan/backend/contract";
import { startDev } from "enterspan";
import type { Case } from "../case.ts";
import { maskTrees, type Origins } from "../mask.ts";
import { buildTrees, type FlatSpan } from "../tree.ts";
import type { Host } from "./host.ts";
import { workerName, writeProject } from "./project.ts";
import { countRequests, makeRequests } from "./requests.ts";
import { spansOf } from "./workerd.trace.ts";

/** How long traces may take to arrive, how long nothing may change before they count as whole, and the pause between looks. */
const ARRIVAL_MS = 10_000;
const QUIET_MS = 300;
const PAUSE_MS = 50;

// No case needs the network: wrangler may not ask it for the `cf` object of requests, nor report on itself.
process.env.CLOUDFLARE_CF_FETCH_ENABLED ??= "false";
process.env.WRANGLER_SEND_METRICS ??= "false";

export function startWorkerd(upstream: string, backend: string): Host {
  return {
    async run(one) {
      const project = await writeProject(one, upstream);
      const { config, remove } = project;
      try {
        const dev = await startDev({ config, port: 0, collectorPort: 0, collector: backend });
        try {
          const origins: Origins = { worker: dev.url, upstream };
          const exchanges = await makeRequests(one, origins);
          const spans = await tracesOf(one, backend);
          return { trees: maskTrees(buildTrees(spans), origins), exchanges };
        } finally {
          await dev.close();
        }
      } finally {
        await remove();
      }
    },
    async close() {},
  };
}

/** All spans of the case's Worker, once as many traces as expected are there and no more is coming. */
async function tracesOf(one: Case, backend: string): Promise<FlatSpan[]> {
  const expected = one.sampled === false ? 0 : (one.invocations ?? countRequests(one));
  const deadline = Date.now() + ARRIVAL_MS;
  let seen = "";
  let quietSince = Date.now();
  for (;;) {
    const { traces } = await get<TraceListResponse>(
      `${backend}/api/traces?limit=100&service=${workerName(one)}`,
    );
    const state = JSON.stringify(traces);
    if (state !== seen) quietSince = Date.now();
    seen = state;
    const roots = traces.filter(({ rootSpanId }) => rootSpanId !== "");
    const isWhole = roots.length >= expected && Date.now() - quietSince >= QUIET_MS;
    if (isWhole || Date.now() > deadline) {
      const details = traces.map(({ traceId }) => get<TraceResponse>(`${backend}/api/traces/${traceId}`));
      return (await Promise.all(details)).flatMap(spansOf);
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

async function get<T>(url: string): Promise<T> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}
