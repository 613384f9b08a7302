// Calls that the runtime refuses before it has a span for them: of what they are no methods of, or out of range.
import { tracing } from "cloudflare:workers";

export default {
  async fetch(_request, env) {
    const { KV, BUCKET, QUEUE } = env;
    const url = `${env.UPSTREAM}/never`;
    // As JavaScript calls them.
    // biome-ignore lint/suspicious/noExplicitAny: no type allows these calls
    const of = (method: unknown, ...args: unknown[]) => (method as any).call({}, ...args);
    const calls: Record<string, () => unknown> = {
      kv: () => of(KV.get, "key"),
      bucket: () => of(BUCKET.head, "key"),
      cache: () => of(caches.default.match, url),
      queue: () => of(QUEUE.send, "x"),
      fetch: () => of(fetch, url),
      farAway: () => KV.put("key", "x", { expiration: 2 ** 40 }),
    };
    const results: Record<string, unknown> = {};
    for (const [name, call] of Object.entries(calls)) {
      results[name] = await tracing.enterSpan(name, async () => {
        try {
          return await call();
        } catch (error) {
          return `throws ${String(error)}`;
        }
      });
    }
    return Response.json(results);
  },
  queue() {},
} satisfies ExportedHandler<Env>;
