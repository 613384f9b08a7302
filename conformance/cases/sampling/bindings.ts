// Untraced, bindings work the same.
import { tracing } from "cloudflare:workers";

export default {
  async fetch(_request, env) {
    const facts = await tracing.enterSpan("unsampled", async () => {
      await env.KV.put("key", "value");
      const { results } = await env.DB.prepare("select 1 as one").all();
      return { value: await env.KV.get("key"), results };
    });
    return Response.json(facts);
  },
} satisfies ExportedHandler<Env>;
