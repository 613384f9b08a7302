// Our product on workerd: each case is a project that `enterspan dev` starts through the user's wrangler, and its traces
// are read back from the backend that they went to. One backend serves all cases.
import { startDev } from "enterspan";
import type { Case } from "../case.ts";
import { WORKERD } from "../traits.ts";
import type { FlatSpan } from "../tree.ts";
import { awaitTrace, listTraces, readSpans } from "./backend.ts";
import type { Host } from "./host.ts";
import { workerName, writeProject } from "./project.ts";
import { countRequests } from "./requests.ts";

/** How long traces may take to arrive, how long nothing may change before they count as whole, and the pause between looks. */
const ARRIVAL_MS = 10_000;
const QUIET_MS = 300;
const PAUSE_MS = 50;

// No case needs the network: wrangler may not ask it for the `cf` object of requests, nor report on itself.
process.env.CLOUDFLARE_CF_FETCH_ENABLED ??= "false";
process.env.WRANGLER_SEND_METRICS ??= "false";
// Errors that cases leave uncaught are theirs to make.
process.env.WRANGLER_LOG ??= "none";

export function startWorkerd(upstream: string, backend: string): Host {
  return {
    traits: WORKERD,
    async open(one) {
      const { config, remove } = await writeProject(one, upstream);
      const dev = await startDev({ config, port: 0, collectorPort: 0, collector: backend }).catch(
        async (error) => {
          await remove();
          throw error;
        },
      );
      return {
        origins: { worker: dev.url, upstream },
        finish: () => tracesOf(one, backend),
        recorded: (traceId, isWhole) => awaitTrace(backend, traceId, isWhole),
        async close() {
          await dev.close();
          await remove();
        },
      };
    },
    async close() {},
  };
}

/** All spans of the case's Worker, once as many invocations as expected are there and no more is coming. */
async function tracesOf(one: Case, backend: string): Promise<FlatSpan[]> {
  const expected = one.sampled === false ? 0 : (one.invocations ?? countRequests(one));
  const deadline = Date.now() + ARRIVAL_MS;
  let seen = "";
  let quietSince = Date.now();
  for (;;) {
    const traces = await listTraces(backend, workerName(one));
    const state = JSON.stringify(traces);
    if (state !== seen) quietSince = Date.now();
    seen = state;
    const isLate = Date.now() > deadline;
    if (isLate || Date.now() - quietSince >= QUIET_MS) {
      const spans = await readSpans(backend, traces, workerName(one));
      // A trace has as many as Workers and objects that it goes through.
      const invocations = spans.filter(({ attributes }) => "faas.trigger" in attributes);
      if (isLate || invocations.length >= expected) return spans;
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
