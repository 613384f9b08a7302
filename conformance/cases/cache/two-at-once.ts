// Two requests at once, whose calls of one cache wait for each other: each call is a span of its own request.
import { tracing } from "cloudflare:workers";

export default {
  async fetch(request) {
    const { origin, searchParams } = new URL(request.url);
    const who = searchParams.get("who");
    const found = await tracing.enterSpan(`outer ${who}`, async () => {
      const cache = await caches.open("shared");
      await cache.put(
        `${origin}/${who}`,
        new Response(`value ${who}`, { headers: { "cache-control": "max-age=60" } }),
      );
      console.log(`put ${who}`);
      const [first] = await Promise.all([
        cache.match(`${origin}/${who}`),
        cache.match(`${origin}/no ${who}`),
      ]);
      return first?.text();
    });
    return new Response(found);
  },
} satisfies ExportedHandler<Env>;
