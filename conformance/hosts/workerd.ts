// Our product on workerd: each case is a project that `enterspan dev` starts through the user's wrangler, and its traces
// are read back from the backend that they went to. One backend serves all cases.
import { startDev } from "enterspan";
import { WORKERD } from "../traits.ts";
import { awaitTrace, tracesOf } from "./backend.ts";
import type { Host } from "./host.ts";
import { workerName, writeProject } from "./project.ts";

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
        finish: () => tracesOf(one, workerName(one), backend),
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
