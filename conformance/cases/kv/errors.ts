// Calls that the store or the binding refuses.
import { attemptAsync } from "../attempt.ts";

export default {
  async fetch(_request, env) {
    const { KV } = env;
    const get = KV.get.bind(KV) as (...args: unknown[]) => Promise<unknown>;
    const put = KV.put.bind(KV) as (...args: unknown[]) => Promise<unknown>;
    await put("not json", "{nope");
    return Response.json({
      emptyKey: await attemptAsync(() => get("")),
      dot: await attemptAsync(() => get(".")),
      longKey: await attemptAsync(() => get("k".repeat(513))),
      cacheTtl: await attemptAsync(() => get("key", { cacheTtl: 1 })),
      notJson: await attemptAsync(() => get("not json", "json")),
      noKey: await attemptAsync(() => get()),
      noKeys: await attemptAsync(() => get([])),
      manyKeys: await attemptAsync(() => get(Array.from({ length: 101 }, (_, i) => `k${i}`))),
      bulkStream: await attemptAsync(() => get(["key"], "stream")),
      shortTtl: await attemptAsync(() => put("key", "x", { expirationTtl: 10 })),
      past: await attemptAsync(() => put("key", "x", { expiration: 1 })),
      putEmptyKey: await attemptAsync(() => put("", "x")),
      object: await attemptAsync(() => put("key", { a: 1 })),
      noValue: await attemptAsync(() => put("key")),
      deleteEmptyKey: await attemptAsync(() => KV.delete("")),
      largeLimit: await attemptAsync(() => KV.list({ limit: 2_000 })),
    });
  },
} satisfies ExportedHandler<Env>;
