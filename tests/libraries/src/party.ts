// partyserver: a Durable Object by name behind a router, with hibernating WebSockets and storage.
import { type Connection, routePartykitRequest, Server } from "partyserver";

export class Room extends Server {
  static override options = { hibernate: true };

  override async onRequest(request: Request): Promise<Response> {
    const visits = ((await this.ctx.storage.get<number>("visits")) ?? 0) + 1;
    await this.ctx.storage.put("visits", visits);
    return Response.json({ room: this.name, method: request.method, visits });
  }

  override onConnect(connection: Connection): void {
    connection.send("welcome");
  }

  override async onMessage(connection: Connection, message: string): Promise<void> {
    await this.ctx.storage.put("last", message);
    connection.send(`${this.name} heard ${message}, as ${await this.ctx.storage.get("last")}`);
  }
}

export default {
  async fetch(request, env) {
    return (await routePartykitRequest(request, env)) ?? new Response("no room", { status: 404 });
  },
} satisfies ExportedHandler<Cloudflare.Env>;
