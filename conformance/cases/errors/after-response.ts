// Errors beside the handler: in waitUntil, in a promise that nobody awaits. The response is sent all the same.
import { tracing } from "cloudflare:workers";

export default {
  async fetch(request, _env, ctx) {
    switch (new URL(request.url).pathname) {
      case "/wait-until":
        ctx.waitUntil(scheduler.wait(1).then(() => Promise.reject(new Error("rejected after the response"))));
        return new Response("ok");
      default:
        tracing
          .enterSpan("abandoned", async () => {
            throw new Error("nobody awaits this");
          })
          .catch(() => {});
        return new Response("ok");
    }
  },
} satisfies ExportedHandler;
