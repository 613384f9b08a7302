import type { Declaration } from "../../case.ts";
import { documented } from "../../documented.ts";

const limit = { name: "RATE_LIMIT", type: "RateLimit" };
const dataset = {
  name: "DATASET",
  type: "AnalyticsEngineDataset",
  attributes: {
    "db.system.name": "cloudflare-analytics-engine",
    "db.operation.name": "writeDataPoint",
    "db.namespace": "measures",
  },
};
const pipeline = { name: "PIPELINE", type: "Pipeline", overRpc: true } as const;

export default {
  bindings: { platform: ["RATE_LIMIT", "DATASET", "PIPELINE", "VERSION"] },
  beyond: [
    ...["first", "second", "third", "noKey"].flatMap((name) => documented(limit, `${name} > ratelimit_run`)),
    ...documented(
      limit,
      "noOptions > ratelimit_run",
      {},
      { type: "Error", message: "invalid rate limit options" },
    ),
    ...documented(dataset, "point > wae_writeDataPoint", {
      "cloudflare.wae.query.index": "i",
      "cloudflare.wae.query.doubles": 2,
      "cloudflare.wae.query.blobs": 3,
    }),
    // No attribute, but no reason to lose the trace.
    ...documented(dataset, "bytes > wae_writeDataPoint", {
      "cloudflare.wae.query.index": "[object ArrayBuffer]",
    }),
    ...documented(dataset, "nothing > wae_writeDataPoint"),
    ...documented(pipeline, "records > pipeline_send"),
  ],
} satisfies Declaration;
