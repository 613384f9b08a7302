// Forty requests at once in one isolate: each keeps its spans and logs.
import { tracing } from "cloudflare:workers";

export default {
  async fetch(request) {
    const id = new URL(request.url).pathname.slice(1);
    return tracing.enterSpan(`request ${id}`, async () => {
      for (let step = 0; step < 3; step++) {
        await scheduler.wait(Number(id) % 4);
        await tracing.enterSpan(`step ${id}.${step}`, async () => {
          await null;
          console.log(id, step);
        });
      }
      return new Response(id);
    });
  },
} satisfies ExportedHandler;
