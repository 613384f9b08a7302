// Durable Objects, RPC and a named entrypoint; the default export is a class.
import { DurableObject, RpcTarget, tracing, WorkerEntrypoint } from "cloudflare:workers";

interface Env {
  COUNTER: DurableObjectNamespace<Counter>;
  GREETER: Service<typeof Greeter>;
}

class Tally extends RpcTarget {
  #total = 0;
  add(n: number): number {
    this.#total += n;
    return this.#total;
  }
}

export class Counter extends DurableObject<Env> {
  async increment(by: number): Promise<number> {
    const value = ((await this.ctx.storage.get<number>("value")) ?? 0) + by;
    await this.ctx.storage.put("value", value);
    return tracing.enterSpan("in the object", () => value);
  }

  tally(): Tally {
    return new Tally();
  }
}

export class Greeter extends WorkerEntrypoint<Env> {
  greet(name: string): string {
    return `hello ${name}`;
  }

  async twice(callback: (n: number) => Promise<number>): Promise<number> {
    return (await callback(1)) + (await callback(2));
  }
}

export default class extends WorkerEntrypoint<Env> {
  override async fetch(request: Request): Promise<Response> {
    return tracing.enterSpan("handle", async () => {
      const { pathname } = new URL(request.url);
      const stub = this.env.COUNTER.getByName("one");
      if (pathname === "/missing") {
        const missing = await (stub as unknown as { nope(): Promise<void> }).nope().catch(String);
        return Response.json({ missing });
      }
      const value = await stub.increment(2);
      // Pipelined: the object that tally() returns is called before it has come back.
      const pipelined = await stub.tally().add(5);
      const greeting = await this.env.GREETER.greet("you");
      const called = await this.env.GREETER.twice(async (n) => n * 10);
      return Response.json({ value, pipelined, greeting, called });
    });
  }
}
