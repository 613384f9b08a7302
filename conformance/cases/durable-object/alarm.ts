// An alarm, which is an event of its own, and what the object calls on itself there, which is none.
import { DurableObject, tracing } from "cloudflare:workers";

export class Sleeper extends DurableObject {
  override async fetch(): Promise<Response> {
    await this.ctx.storage.setAlarm(Date.UTC(2000, 0));
    return new Response("set");
  }

  override async alarm(): Promise<void> {
    console.log("woken");
    tracing.enterSpan("awake", () => this.rise());
  }

  rise(): void {
    tracing.enterSpan("up", () => console.log("up"));
  }
}

export default {
  fetch: (_request, env) => env.OBJECTS.getByName("one").fetch("http://object/"),
} satisfies ExportedHandler<Env>;
