// Several keys in one call are one span.
import { tracing } from "cloudflare:workers";

export default {
  async fetch(_request, env) {
    const { KV } = env;
    await KV.put("a", "hello");
    await KV.put("b", JSON.stringify({ x: 1 }), { metadata: { m: 1 } });
    const plain = async (map: Promise<Map<string, unknown>>) => Object.fromEntries(await map);
    return Response.json([
      await plain(KV.get(["a", "b", "missing"])),
      await plain(KV.get(["b", "missing"], "json")),
      await tracing.enterSpan("one key", () => plain(KV.get(["a"], { type: "text", cacheTtl: 60 }))),
      await plain(KV.getWithMetadata(["a", "b"])),
      await tracing.enterSpan("one key", () => plain(KV.getWithMetadata(["b"], "json"))),
    ]);
  },
} satisfies ExportedHandler<Env>;
