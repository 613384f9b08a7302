// Functions and targets that are given to a callee, which calls them, and functions that it gives.
import { RpcTarget, tracing, WorkerEntrypoint } from "cloudflare:workers";

type Back = (n: number) => Promise<number>;

class Listener extends RpcTarget {
  heard: number[] = [];
  hear(n: number): number {
    console.log(`heard ${n}`);
    return tracing.enterSpan("hear", () => this.heard.push(n));
  }
}

interface Hearing {
  hear(n: number): Promise<number>;
}

export class Teller extends WorkerEntrypoint {
  async tell(back: Back): Promise<number[]> {
    return tracing.enterSpan("tell", async () => [await back(1), await back(2)]);
  }
  async tellAll({ listener }: { listener: Hearing }): Promise<number> {
    return tracing.enterSpan("tell all", () => listener.hear(3));
  }
  doubling(): (n: number) => number {
    return (n) => tracing.enterSpan("double", () => 2 * n);
  }
}

interface Stub {
  tell(back: (n: number) => unknown): Promise<number[]>;
  tellAll(all: { listener: Listener }): Promise<number>;
  doubling(): Promise<Back & Disposable>;
}

export default {
  async fetch(_request, env) {
    const teller = env.SERVICE as unknown as Stub;
    const told = await tracing.enterSpan("a function", () =>
      teller.tell((n) => tracing.enterSpan(`told ${n}`, () => n + 1)),
    );
    const listener = new Listener();
    const count = await tracing.enterSpan("a target", () => teller.tellAll({ listener }));
    using double = await tracing.enterSpan("given", () => teller.doubling());
    return Response.json([told, count, listener.heard, await double(4)]);
  },
} satisfies ExportedHandler<Env>;
