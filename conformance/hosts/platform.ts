// Bindings to services of Cloudflare's that have a simulator here: each as a Wrangler file and as Miniflare has it.

// Cases are compiled for workerd, and this with them: without Node's types.
const { url } = import.meta as unknown as { url: string };
const ASSETS = decodeURIComponent(new URL("assets/", url).pathname);

export const PLATFORM = {
  RATE_LIMIT: {
    wrangler: { ratelimits: [{ name: "RATE_LIMIT", namespace_id: "1", simple: { limit: 2, period: 60 } }] },
    miniflare: { ratelimits: { RATE_LIMIT: { namespace_id: "1", simple: { limit: 2, period: 60 } } } },
  },
  DATASET: {
    wrangler: { analytics_engine_datasets: [{ binding: "DATASET", dataset: "measures" }] },
    miniflare: { analyticsEngineDatasets: { DATASET: { dataset: "measures" } } },
  },
  IMAGES: {
    wrangler: { images: { binding: "IMAGES" } },
    miniflare: { images: { binding: "IMAGES" } },
  },
  EMAIL: {
    wrangler: { send_email: [{ name: "EMAIL" }] },
    miniflare: { email: { send_email: [{ name: "EMAIL" }] } },
  },
  SECRET: {
    wrangler: { secrets_store_secrets: [{ binding: "SECRET", store_id: "store", secret_name: "secret" }] },
    miniflare: { secretsStoreSecrets: { SECRET: { store_id: "store", secret_name: "secret" } } },
  },
  HYPERDRIVE: {
    // Nobody listens there.
    wrangler: {
      hyperdrive: [
        { binding: "HYPERDRIVE", id: "1", localConnectionString: "postgres://user:word@127.0.0.1:9/db" },
      ],
    },
    miniflare: { hyperdrives: { HYPERDRIVE: "postgres://user:word@127.0.0.1:9/db" } },
  },
  PIPELINE: {
    wrangler: { pipelines: [{ binding: "PIPELINE", pipeline: "pipe" }] },
    miniflare: { pipelines: { PIPELINE: "pipe" } },
  },
  // For one case alone: Miniflare knows workflows by their names, of all its Workers.
  WORKFLOW: {
    wrangler: { workflows: [{ binding: "WORKFLOW", name: "flow", class_name: "Flow" }] },
    miniflare: { workflows: { WORKFLOW: { name: "flow", className: "Flow" } } },
  },
  // For one case alone, as the setting is no list.
  ASSETS: {
    wrangler: { assets: { directory: ASSETS, binding: "ASSETS", run_worker_first: true } },
    miniflare: {
      assets: {
        directory: ASSETS,
        binding: "ASSETS",
        routerConfig: { has_user_worker: true, invoke_user_worker_ahead_of_assets: true },
      },
    },
  },
  VERSION: {
    wrangler: { version_metadata: { binding: "VERSION" } },
    miniflare: { versionMetadata: "VERSION" },
  },
} satisfies Record<string, Record<"wrangler" | "miniflare", object>>;

/** The settings of all `names`, for one of the two. */
export function platformSettings(
  tool: "wrangler" | "miniflare",
  names: (keyof typeof PLATFORM)[] = [],
): object {
  return Object.assign({}, ...names.map((name) => PLATFORM[name][tool]));
}
