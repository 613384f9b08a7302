// Promises given to waitUntil that fail, of each kind of event: of a schedule's and a queue's the outcome is an exception.
import { WorkerEntrypoint } from "cloudflare:workers";

async function failLater(): Promise<never> {
  await scheduler.wait(1);
  throw new RangeError("failed later");
}

export class Service extends WorkerEntrypoint<Env> {
  async work(): Promise<string> {
    this.ctx.waitUntil(failLater());
    return "done";
  }
}

export default {
  async fetch(request, env, ctx) {
    switch (new URL(request.url).pathname) {
      case "/rpc":
        return new Response(await (env.SERVICE as unknown as Service).work());
      case "/queue":
        await env.QUEUE.send("message");
        return new Response("sent");
      default:
        ctx.waitUntil(failLater());
        return new Response("ok");
    }
  },
  async scheduled(_event, _env, ctx) {
    ctx.waitUntil(failLater());
  },
  async queue(_batch, _env, ctx) {
    ctx.waitUntil(failLater());
  },
} satisfies ExportedHandler<Env>;
