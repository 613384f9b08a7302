// A class that a library has put a proxy around, as Sentry's does: objects get a context made of the runtime's and proxies
// around their bindings, and their handlers become their own.
import { DurableObject, tracing, WorkerEntrypoint } from "cloudflare:workers";

class Counter extends DurableObject<Env> {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    ctx.blockConcurrencyWhile(async () => {
      await tracing.enterSpan("load", () => ctx.storage.get("count"));
    });
  }

  override async fetch(): Promise<Response> {
    const answer = await this.env.SERVICE.fetch("http://service/");
    return new Response(`${await answer.text()} ${await this.add(1)}`);
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

export class Service extends WorkerEntrypoint {
  override fetch(): Response {
    return new Response("served");
  }
}

function around(target: object): object {
  return new Proxy(target, {
    get(from, name) {
      const value = Reflect.get(from, name);
      if (typeof value === "function" && name !== "constructor") return value.bind(from);
      return typeof value === "object" ? around(value) : value;
    },
  });
}

export const Wrapped = new Proxy(Counter, {
  construct(target, [ctx, env], newTarget) {
    const context = Object.create(ctx, {
      storage: { configurable: true, get: () => ctx.storage },
      blockConcurrencyWhile: { configurable: true, value: ctx.blockConcurrencyWhile.bind(ctx) },
      waitUntil: { configurable: true, value: ctx.waitUntil.bind(ctx) },
    });
    const object = Reflect.construct(target, [context, around(env)], newTarget) as Counter;
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
