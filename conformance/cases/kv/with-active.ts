// withActiveSpan makes a span the parent of what bindings do, be it open or ended.
import { tracing } from "cloudflare:workers";

export default {
  async fetch(_request, env) {
    const parent = tracing.startSpan("parent");
    await tracing.withActiveSpan(parent, () => env.KV.get("while open"));
    parent.end();
    await tracing.withActiveSpan(parent, () => env.KV.get("once ended"));
    return new Response("ok");
  },
} satisfies ExportedHandler<Env>;
