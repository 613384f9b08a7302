// What else the module exports: the environment, another one for a while, the Worker's own exports, classes.
import * as workers from "cloudflare:workers";
import { env, exports, RpcTarget, tracing, WorkerEntrypoint, withEnv } from "cloudflare:workers";

export class Named extends WorkerEntrypoint {
  override fetch(): Response {
    return new Response("named");
  }
}

class Target extends RpcTarget {}

interface Own {
  Named: Fetcher;
}

const read = (): unknown => (env as unknown as Record<string, unknown>).GREETING;

export default {
  async fetch(_request, given) {
    await tracing.enterSpan("in a span", () => env.KV.put("key", "value"));
    const { Named: own } = exports as unknown as Own;
    return Response.json([
      env.KV === given.KV,
      await given.KV.get("key"),
      withEnv({ GREETING: "hello" } as unknown as Cloudflare.Env, () => read()),
      await withEnv({ GREETING: "later" } as unknown as Cloudflare.Env, async () => {
        await scheduler.wait(1);
        return read();
      }),
      read() === undefined,
      await (await own.fetch("http://named/")).text(),
      Named.prototype instanceof WorkerEntrypoint,
      new Target() instanceof workers.RpcTarget,
      workers.env === env,
      typeof workers.waitUntil,
      workers.waitUntil.name,
      "missing" in workers,
    ]);
  },
} satisfies ExportedHandler<Env>;
