// What a binding leads to, a service and an object, given away over RPC and called where it arrives.
import { DurableObject, tracing, WorkerEntrypoint } from "cloudflare:workers";

export class Directory extends WorkerEntrypoint<Env> {
  find(name: string): object {
    return { name, object: this.env.OBJECTS.getByName(name), service: this.env.SERVICE };
  }
}

export class Cell extends DurableObject {
  async set(value: number): Promise<number> {
    await this.ctx.storage.put("value", value);
    return value;
  }

  override async fetch(): Promise<Response> {
    return new Response(String(await this.ctx.storage.get("value")));
  }
}

export class Echo extends WorkerEntrypoint {
  echo(text: string): string {
    return tracing.enterSpan("echoing", () => text + text);
  }

  override async fetch(request: Request): Promise<Response> {
    return new Response(new URL(request.url).pathname);
  }
}

interface Found {
  name: string;
  object: Fetcher & { set(value: number): Promise<number> };
  service: Fetcher & { echo(text: string): Promise<string> };
}

export default {
  async fetch(_request, { RELAY }) {
    const { find } = RELAY as unknown as { find(name: string): Promise<Found> };
    const { name, object, service } = await find("cell");
    return Response.json([
      name,
      await tracing.enterSpan("set", () => object.set(4)),
      await (await object.fetch("http://object/")).text(),
      await service.echo("a"),
      await (await service.fetch("http://service/path")).text(),
      Object.keys(object),
    ]);
  },
} satisfies ExportedHandler<Env>;
