// Two requests at once that send to one queue: each message is sent in a span of its own request.
import { tracing } from "cloudflare:workers";

export default {
  async fetch(request, env) {
    const who = new URL(request.url).searchParams.get("who");
    await tracing.enterSpan(`outer ${who}`, async () => {
      await env.QUEUE.send({ who });
      console.log(`sent ${who}`);
      await env.QUEUE.send({ who, again: true });
    });
    return new Response(who);
  },
  async queue({ messages }) {
    for (const { body } of messages) console.log(body);
  },
} satisfies ExportedHandler<Env>;
