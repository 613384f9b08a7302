// Messages that come together are one event, also where its handler fails; a batch is sent in the event, too.
import { tracing } from "cloudflare:workers";

export default {
  async fetch(_request, env) {
    await tracing.enterSpan("many", () =>
      env.QUEUE.sendBatch([{ body: "first" }, { body: { second: true } }, { body: "third" }]),
    );
    return new Response("sent");
  },
  async queue({ messages }, env) {
    const bodies = messages.map(({ body }) => body);
    console.log(bodies);
    if (bodies.length === 1) throw new RangeError("of the consumer");
    await env.QUEUE.send("last");
  },
} satisfies ExportedHandler<Env>;
