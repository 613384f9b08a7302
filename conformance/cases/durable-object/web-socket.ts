// A WebSocket that an object accepts to hibernate: its messages are events of the object.
import { DurableObject, tracing } from "cloudflare:workers";

export class Room extends DurableObject {
  override fetch(): Response {
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server);
    return new Response(null, { status: 101, webSocket: client });
  }

  override webSocketMessage(socket: WebSocket, message: string): void {
    console.log("told", message);
    this.ctx.storage.kv.put("told", message);
    tracing.enterSpan("answer", () => socket.send(`${this.ctx.storage.kv.get("told")} yourself`));
  }

  override async webSocketClose(socket: WebSocket, code: number): Promise<void> {
    tracing.enterSpan(`closed with ${code}`, () => socket.close(code));
    await this.ctx.storage.deleteAll();
  }
}

export default {
  fetch: (request, env) => env.OBJECTS.getByName("one").fetch(request),
} satisfies ExportedHandler<Env>;
