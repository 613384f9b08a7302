// Calls that the store or the binding refuses.
import { tracing } from "cloudflare:workers";
import { attemptAsync } from "../attempt.ts";

export default {
  async fetch(_request, env) {
    const { KV } = env;
    const get = KV.get.bind(KV) as (...args: unknown[]) => Promise<unknown>;
    const put = KV.put.bind(KV) as (...args: unknown[]) => Promise<unknown>;
    await put("not json", "{nope");
    const calls: Record<string, () => Promise<unknown>> = {
      emptyKey: () => get(""),
      dot: () => get("."),
      longKey: () => get("k".repeat(513)),
      cacheTtl: () => get("key", { cacheTtl: 1 }),
      notJson: () => get("not json", "json"),
      noKeys: () => get([]),
      manyKeys: () => get(Array.from({ length: 101 }, (_, i) => `k${i}`)),
      bulkStream: () => get(["key"], "stream"),
      shortTtl: () => put("key", "x", { expirationTtl: 10 }),
      noTtl: () => put("key", "x", { expirationTtl: Number.NaN }),
      past: () => put("key", "x", { expiration: 1 }),
      object: () => put("key", { a: 1 }),
      noCacheTtl: () => get("key", { cacheTtl: null }),
      largeLimit: () => KV.list({ limit: 2_000 }),
    };
    const results: Record<string, unknown> = {};
    for (const [name, call] of Object.entries(calls)) {
      results[name] = await tracing.enterSpan(name, () => attemptAsync(call));
    }
    return Response.json(results);
  },
} satisfies ExportedHandler<Env>;
