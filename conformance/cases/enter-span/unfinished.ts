// Spans that nobody ends: a promise that never settles, a promise that nobody awaits, work left to waitUntil.
import { tracing } from "cloudflare:workers";

export default {
  async fetch(_request, _env, ctx) {
    tracing.enterSpan("never settles", () => new Promise(() => {}));
    tracing.enterSpan("abandoned", async () => {
      await scheduler.wait(5);
      tracing.enterSpan("in abandoned", () => {});
    });
    ctx.waitUntil(
      tracing.enterSpan("waited for", async () => {
        await scheduler.wait(25);
        console.log("after the response");
        tracing.enterSpan("in waited for", () => {});
      }),
    );
    return new Response("ok");
  },
} satisfies ExportedHandler;
