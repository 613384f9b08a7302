// A WebSocket that an object accepts without hibernating: its listeners go on in the request that it came with.
import { DurableObject, tracing } from "cloudflare:workers";

export class Room extends DurableObject {
  override fetch(): Response {
    const { 0: client, 1: server } = new WebSocketPair();
    server.accept();
    server.addEventListener("message", async ({ data }) => {
      console.log("told", data);
      await this.ctx.storage.put("told", data);
      tracing.enterSpan("answer", () => server.send(`${data} yourself`));
    });
    server.addEventListener("close", async ({ code }) => {
      tracing.enterSpan(`closed with ${code}`, () => server.close(code));
      await this.ctx.storage.deleteAll();
    });
    return new Response(null, { status: 101, webSocket: client });
  }
}

export default {
  fetch: (request, env) => env.OBJECTS.getByName("one").fetch(request),
} satisfies ExportedHandler<Env>;
