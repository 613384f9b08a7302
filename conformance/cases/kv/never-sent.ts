// Calls that end before the store is asked.
import { tracing } from "cloudflare:workers";
import { attemptAsync } from "../attempt.ts";

export default {
  async fetch(_request, env) {
    const { KV } = env;
    const get = KV.get.bind(KV) as (...args: unknown[]) => Promise<unknown>;
    const put = KV.put.bind(KV) as (...args: unknown[]) => Promise<unknown>;
    const calls: Record<string, () => Promise<unknown>> = {
      noKey: () => get(),
      noValue: () => put("key"),
      putEmptyKey: () => put("", "x"),
      deleteEmptyKey: () => KV.delete(""),
    };
    const results: Record<string, unknown> = {};
    for (const [name, call] of Object.entries(calls)) {
      results[name] = await tracing.enterSpan(name, () => attemptAsync(call));
    }
    return Response.json(results);
  },
} satisfies ExportedHandler<Env>;
