// Methods and properties of a service and of the Worker's own export: one after another, at once, and in spans.
import { tracing, WorkerEntrypoint } from "cloudflare:workers";

export class Shop extends WorkerEntrypoint {
  price(item: string, count = 1): number {
    return tracing.enterSpan(`price of ${item}`, () => item.length * count);
  }
  async order(item: string): Promise<object> {
    return tracing.enterSpan("order", async () => {
      await scheduler.wait(5);
      console.log("ordered", item);
      return { item, at: "once" };
    });
  }
  get open(): boolean {
    return tracing.enterSpan("look at the clock", () => true);
  }
  get later(): Promise<string> {
    return tracing.enterSpan("wait for it", async () => {
      await scheduler.wait(5);
      return "later";
    });
  }
}

export default {
  async fetch(_request, env, ctx) {
    const shop = env.SERVICE as unknown as Service<Shop>;
    const { Shop: own } = ctx.exports as unknown as { Shop: Service<Shop> };
    const answers = [
      await shop.price("pen"),
      await tracing.enterSpan("in a span", () => shop.price("book", 2)),
      await Promise.all([shop.order("one"), shop.order("two")]),
      await shop.open,
      await shop.later,
      await own.price("cup"),
    ];
    return Response.json(answers);
  },
} satisfies ExportedHandler<Env>;
