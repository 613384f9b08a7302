// A WebSocket that a Worker accepts itself: what its listeners do.
import { tracing } from "cloudflare:workers";

export default {
  async fetch(_request, env) {
    const { 0: client, 1: server } = new WebSocketPair();
    server.accept();
    tracing.enterSpan("listening", () => {
      server.addEventListener("message", async ({ data }) => {
        console.log("told", data);
        await tracing.enterSpan("write", () => env.KV.put("told", String(data)));
        tracing.enterSpan("answer", () => server.send(`${data} yourself`));
      });
    });
    server.addEventListener("close", ({ code }) => {
      tracing.enterSpan(`closed with ${code}`, () => server.close(code));
    });
    return new Response(null, { status: 101, webSocket: client });
  },
} satisfies ExportedHandler<Env>;
