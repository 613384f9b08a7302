// The hosts that every case runs on beside the oracle, and what each of them can do.
import { BUN, DENO, NODE, NODE_WITH_WRANGLER } from "../traits.ts";
import { startDeployed } from "./deployed.ts";
import type { Host } from "./host.ts";
import { startNode } from "./node.ts";
import { type StandardRuntime, startStandard } from "./standard.ts";
import { startWorkerd } from "./workerd.ts";

type Start = (upstream: string, backend: string) => Host;

/** The host that the coverage page is about: the one that has all that the runtime has. */
export const COVERED = "enterspan dev on workerd";

export const HOSTS: Record<string, Start> = {
  [COVERED]: startWorkerd,
  "instrument on workerd": startDeployed,
  "enterspan run on Node 24": (...where) => startNode("node-24", NODE_WITH_WRANGLER, ...where),
  "instrument on Node 22": instrumented({ binary: "node-22", server: "node", args: [], traits: NODE }),
  "instrument on Node 26": instrumented({ binary: "node-26", server: "node", args: [], traits: NODE }),
  "instrument on Bun": instrumented({ binary: "bun", server: "bun", args: [], traits: BUN }),
  "instrument on Deno": instrumented({
    binary: "deno",
    server: "deno",
    args: ["run", "--allow-all", "--no-config", "--no-lock", "--no-remote"],
    traits: DENO,
  }),
};

function instrumented(runtime: StandardRuntime): Start {
  return (...where) => startStandard(runtime, ...where);
}
