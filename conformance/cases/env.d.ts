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
    UPSTREAM: string;
  }
}

interface Env extends Cloudflare.Env {}
