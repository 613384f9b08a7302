// The bindings that cases declare, as generated types of a project would have them.
declare namespace Cloudflare {
  interface Env {
    KV: KVNamespace;
    ORDERS_KV: {
      // biome-ignore lint/suspicious/noExplicitAny: the documentation's example relies on it
      get(key: string, type: "json"): Promise<any>;
      put(key: string, value: string): Promise<void>;
    };
    DB: D1Database;
    BUCKET: R2Bucket;
    QUEUE: Queue;
    OBJECTS: DurableObjectNamespace;
    OTHERS: DurableObjectNamespace;
    SERVICE: Fetcher;
    RATE_LIMIT: RateLimit;
    DATASET: AnalyticsEngineDataset;
    IMAGES: ImagesBinding;
    EMAIL: SendEmail;
    SECRET: SecretsStoreSecret;
    HYPERDRIVE: Hyperdrive;
    PIPELINE: import("cloudflare:pipelines").Pipeline;
    WORKFLOW: Workflow;
    VERSION: WorkerVersionMetadata;
    RELAY: Fetcher;
    UPSTREAM: string;
  }
}

interface Env extends Cloudflare.Env {}

/** The part of Node's module that cases use: the types of Workers leave it to @types/node. */
declare module "node:async_hooks" {
  class AsyncResource {
    constructor(type: string);
    static bind<F extends (...args: never[]) => unknown>(callback: F): F;
    runInAsyncScope<R>(callback: () => R): R;
  }
  const AsyncLocalStorage: {
    bind<F extends (...args: never[]) => unknown>(callback: F): F;
    snapshot(): <R>(callback: () => R) => R;
  };
}
