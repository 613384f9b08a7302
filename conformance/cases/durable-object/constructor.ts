// What a constructor does, and what it keeps events waiting with: storage, spans, logs, a binding, and what nobody awaits.
import { DurableObject, tracing } from "cloudflare:workers";

export class Store extends DurableObject<Env> {
  #loaded: unknown;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    console.log("constructed");
    ctx.storage.sql.exec("CREATE TABLE IF NOT EXISTS users (name TEXT)");
    tracing.enterSpan("migrate", () => {
      ctx.storage.kv.put("version", 1);
      console.log("migrated");
    });
    void ctx.storage.get("unawaited").then(() => tracing.enterSpan("later", () => {}));
    ctx.blockConcurrencyWhile(async () => {
      await tracing.enterSpan("load", async () => {
        await scheduler.wait(5);
        this.#loaded = await ctx.storage.get("version");
        console.log("loaded");
      });
      await env.KV.get("settings");
      console.log("ready");
    });
  }

  override async fetch(request: Request): Promise<Response> {
    await this.ctx.storage.get("asked");
    const blocked = await tracing.enterSpan("block", () =>
      this.ctx.blockConcurrencyWhile(async () => {
        console.log("blocking");
        await tracing.enterSpan("within", () => this.ctx.storage.get("blocked"));
        return new URL(request.url).pathname;
      }),
    );
    return Response.json([this.#loaded, blocked]);
  }
}

export default {
  async fetch(_request, env) {
    const object = env.OBJECTS.getByName("one");
    const answers = [];
    for (const path of ["first", "second"]) {
      const answer = await tracing.enterSpan(path, () => object.fetch(`http://object/${path}`));
      answers.push(await answer.json());
    }
    return Response.json(answers);
  },
} satisfies ExportedHandler<Env>;
