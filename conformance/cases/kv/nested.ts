// KV inside nested spans and beside other operations.
import { tracing } from "cloudflare:workers";

export default {
  async fetch(_request, env) {
    const value = await tracing.enterSpan("outer", async () => {
      await env.KV.put("key", "value");
      return tracing.enterSpan("inner", async () => {
        const [value, missing] = await Promise.all([
          env.KV.get("key"),
          tracing.enterSpan("beside", () => env.KV.get("missing")),
        ]);
        return `${value} ${missing}`;
      });
    });
    const pending = tracing.enterSpan("not awaited inside", () => env.KV.delete("key"));
    await pending;
    return new Response(value);
  },
} satisfies ExportedHandler<Env>;
