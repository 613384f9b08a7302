// A class that a library has put a proxy around, as Sentry's does: objects get a context made of the runtime's, and their
// handlers become their own.
import { DurableObject, tracing } from "cloudflare:workers";

class Counter extends DurableObject<Env> {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    ctx.blockConcurrencyWhile(async () => {
      await tracing.enterSpan("load", () => ctx.storage.get("count"));
    });
  }

  override async fetch(): Promise<Response> {
    return new Response(String(await this.add(1)));
  }

  override async alarm(): Promise<void> {
    await this.add(10);
  }

  add(by: number): Promise<number> {
    return tracing.enterSpan("add", async () => {
      const count = by + ((await this.ctx.storage.get<number>("count")) ?? 0);
      await this.ctx.storage.put("count", count);
      if (count === 1) await this.ctx.storage.setAlarm(Date.UTC(2000, 0));
      return count;
    });
  }
}

export const Wrapped = new Proxy(Counter, {
  construct(target, [ctx, env], newTarget) {
    const context = Object.create(ctx, {
      storage: { get: () => ctx.storage },
      blockConcurrencyWhile: { value: ctx.blockConcurrencyWhile.bind(ctx) },
      waitUntil: { value: ctx.waitUntil.bind(ctx) },
    });
    const object = Reflect.construct(target, [context, env], newTarget) as Counter;
    const { fetch, alarm } = object;
    object.fetch = () => tracing.enterSpan("around", () => fetch.call(object));
    object.alarm = () => tracing.enterSpan("around", () => alarm.call(object));
    return object;
  },
});

export default {
  async fetch(_request, env) {
    const counter = env.OBJECTS.getByName("one") as DurableObjectStub & Pick<Counter, "add">;
    const added = await counter.add(1);
    const response = await counter.fetch("http://object/");
    return Response.json([added, await response.text()]);
  },
} satisfies ExportedHandler<Env>;
