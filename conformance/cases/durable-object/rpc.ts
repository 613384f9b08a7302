// Methods that are called over RPC: one that makes spans and calls another of its own, and that other one.
import { DurableObject, tracing } from "cloudflare:workers";

export class Counter extends DurableObject {
  #count = 0;

  increment(by: number): number {
    return tracing.enterSpan("increment", () => this.add(by));
  }

  add(by: number): number {
    this.#count += by;
    return this.#count;
  }
}

export default {
  async fetch(_request, env) {
    const counter = (env.OBJECTS as unknown as DurableObjectNamespace<Counter>).getByName("one");
    const count = await counter.increment(2);
    return Response.json([count, await counter.add(3)]);
  },
} satisfies ExportedHandler<Env>;
