// Two requests at once, whose calls of one bucket wait for each other: each call is a span of its own request.
import { tracing } from "cloudflare:workers";

export default {
  async fetch(request, env) {
    const who = new URL(request.url).searchParams.get("who");
    const found = await tracing.enterSpan(`outer ${who}`, async () => {
      await env.BUCKET.put(`key ${who}`, `value ${who}`);
      console.log(`put ${who}`);
      const [first] = await Promise.all([env.BUCKET.get(`key ${who}`), env.BUCKET.head(`absent ${who}`)]);
      return first?.text();
    });
    return new Response(found);
  },
} satisfies ExportedHandler<Env>;
