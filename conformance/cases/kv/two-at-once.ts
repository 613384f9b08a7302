// Two requests at once, whose calls of one binding wait for each other: each call is a span of its own request.
import { tracing } from "cloudflare:workers";

export default {
  async fetch(request, env) {
    const who = new URL(request.url).searchParams.get("who");
    const found = await tracing.enterSpan(`outer ${who}`, async () => {
      await env.KV.put(`key ${who}`, `value ${who}`);
      console.log(`put ${who}`);
      const [first] = await Promise.all([env.KV.get(`key ${who}`), env.KV.get(`absent ${who}`)]);
      return first;
    });
    return new Response(found);
  },
} satisfies ExportedHandler<Env>;
