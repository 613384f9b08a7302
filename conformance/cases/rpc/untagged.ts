// What crosses in calls where objects do not tell `toString` what they are, as before the compatibility date 2024-09-26.
import { RpcTarget, tracing, WorkerEntrypoint } from "cloudflare:workers";

class Counter extends RpcTarget {
  #count = 0;

  add(by: number): number {
    this.#count += by;
    return tracing.enterSpan("counted", () => this.#count);
  }
}

export class Api extends WorkerEntrypoint<Env> {
  async use(counter: { add(by: number): Promise<number> }): Promise<number> {
    return tracing.enterSpan("used", () => counter.add(1));
  }

  counter(): Counter {
    return new Counter();
  }

  service(): object {
    return { service: this.env.SERVICE };
  }

  override async fetch(): Promise<Response> {
    return new Response("fetched");
  }
}

interface Client extends Fetcher {
  use(counter: Counter): Promise<number>;
  counter(): Promise<{ add(by: number): Promise<number> }> & { add(by: number): Promise<number> };
  service(): Promise<{ service: Fetcher }>;
}

export default {
  async fetch(_request, env) {
    const api = env.SERVICE as unknown as Client;
    const counter = await api.counter();
    const { service } = await api.service();
    return Response.json([
      await api.use(new Counter()),
      await tracing.enterSpan("received", () => counter.add(2)),
      await tracing.enterSpan("pipelined", () => api.counter().add(3)),
      await (await service.fetch("http://service/")).text(),
    ]);
  },
} satisfies ExportedHandler<Env>;
