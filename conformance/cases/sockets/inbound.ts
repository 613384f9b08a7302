// Connections that the Worker itself takes, of a service, an object and an export: their handlers' events.
import { DurableObject, tracing, WorkerEntrypoint } from "cloudflare:workers";
import { attemptAsync } from "../attempt.ts";

async function greet(socket: Socket): Promise<void> {
  const { localAddress } = await socket.opened;
  await tracing.enterSpan("greet", async () => {
    const writer = socket.writable.getWriter();
    await writer.write(new TextEncoder().encode(`hello from ${localAddress}`));
    await writer.close();
  });
  await socket.close();
}

export class Entry extends WorkerEntrypoint {
  override connect(socket: Socket) {
    return greet(socket);
  }
}

export class Answering extends DurableObject {
  #calls: unknown[] = [];
  /** Called by the program and the runtime alike. */
  override async connect(socket?: Socket) {
    this.#calls.push(typeof socket);
    if (socket !== undefined) await greet(socket);
  }
  override async fetch() {
    await this.connect();
    return Response.json(this.#calls);
  }
}

export class Failing extends WorkerEntrypoint {
  override async connect() {
    throw new RangeError("takes no connections");
  }
}

async function ask(fetcher: Fetcher): Promise<string> {
  const socket = fetcher.connect("greeter.example:7");
  const answer = await new Response(socket.readable).text();
  await socket.close();
  return answer;
}

export default {
  async fetch(_request, { SERVICE, RELAY, OBJECTS }, ctx) {
    const { Entry } = ctx.exports as unknown as { Entry: Fetcher };
    const object = OBJECTS.get(OBJECTS.idFromName("one")) as unknown as Fetcher;
    const calls: Record<string, () => unknown> = {
      service: () => ask(SERVICE as unknown as Fetcher),
      export: () => ask(Entry),
      object: () => ask(object),
      "method of the same name": async () => (await object.fetch("http://object/")).text(),
      failing: () => ask(RELAY as unknown as Fetcher),
      refused: () => object.connect("without a port"),
    };
    const results: Record<string, unknown> = {};
    for (const [name, call] of Object.entries(calls)) {
      results[name] = await tracing.enterSpan(name, () => attemptAsync(call));
    }
    return Response.json(results);
  },
  connect: greet,
} satisfies ExportedHandler<Env>;
