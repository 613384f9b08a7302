// Handlers of a WebSocket that are assigned, and objects with a `handleEvent`.
import { tracing } from "cloudflare:workers";

interface Handlers {
  onmessage: (event: MessageEvent) => unknown;
  onclose: (event: CloseEvent) => unknown;
}

export default {
  async fetch(_request, env) {
    const { 0: client, 1: server } = new WebSocketPair();
    server.accept();
    const assigned: WebSocket & Partial<Handlers> = server;
    tracing.enterSpan("listening", () => {
      assigned.onmessage = async ({ data }) => {
        console.log("told", data);
        await tracing.enterSpan("write", () => env.KV.put("told", String(data)));
        tracing.enterSpan("answer", () => server.send(`${data} yourself`));
      };
      server.addEventListener("message", {
        handleEvent: ({ data }: MessageEvent) => {
          tracing.enterSpan("handled", () => console.log("handled", data));
        },
      });
    });
    assigned.onclose = ({ code }) => {
      tracing.enterSpan(`closed with ${code}`, () => server.close(code));
    };
    return new Response(null, { status: 101, webSocket: client });
  },
} satisfies ExportedHandler<Env>;
