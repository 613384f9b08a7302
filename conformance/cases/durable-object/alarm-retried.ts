// An alarm that fails the first time, which the runtime tries again, and what each attempt does with storage.
import { DurableObject, tracing } from "cloudflare:workers";

export class Sleeper extends DurableObject {
  override async fetch(): Promise<Response> {
    await this.ctx.storage.setAlarm(Date.UTC(2000, 0));
    return new Response("set");
  }

  override async alarm({ retryCount, isRetry }: AlarmInvocationInfo): Promise<void> {
    console.log("attempt", retryCount, isRetry);
    tracing.enterSpan("count", () => this.ctx.storage.sql.exec("SELECT 1 AS n").one());
    await this.ctx.storage.put("attempts", retryCount);
    if (!isRetry) throw new Error("not the first time");
    await this.ctx.storage.deleteAll();
  }
}

export default {
  fetch: (_request, env) => env.OBJECTS.getByName("one").fetch("http://object/"),
} satisfies ExportedHandler<Env>;
