// What an object gives to `waitUntil`, and what it does there.
import { DurableObject, tracing } from "cloudflare:workers";

export class Waiting extends DurableObject {
  override fetch(): Response {
    this.ctx.waitUntil(
      tracing.enterSpan("after the answer", async () => {
        await scheduler.wait(20);
        tracing.enterSpan("at last", () => {});
      }),
    );
    return new Response("answered");
  }
}

export default {
  fetch: (_request, env) => env.OBJECTS.getByName("one").fetch("http://object/"),
} satisfies ExportedHandler<Env>;
