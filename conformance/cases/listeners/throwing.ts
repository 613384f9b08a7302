// Listeners of WebSockets that fail: what they throw breaks the socket, what they reject with does not.
import { tracing } from "cloudflare:workers";

const listeners: Record<string, (socket: WebSocket) => unknown> = {
  "/thrown"() {
    tracing.enterSpan("before", () => {});
    throw new RangeError("thrown");
  },
  "/in-span": () =>
    tracing.enterSpan("inner", () => {
      throw new RangeError("in a span");
    }),
  async "/rejected"(socket) {
    socket.send("heard");
    await null;
    throw new RangeError("rejected");
  },
};

export default {
  fetch(request) {
    const { 0: client, 1: server } = new WebSocketPair();
    server.accept();
    const listener = listeners[new URL(request.url).pathname];
    server.addEventListener("message", () => listener?.(server));
    server.addEventListener("close", () => server.close(1000));
    return new Response(null, { status: 101, webSocket: client });
  },
} satisfies ExportedHandler<Env>;
