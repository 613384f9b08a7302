// A class as default export: its context has tracing, too.
import { tracing, WorkerEntrypoint } from "cloudflare:workers";

export default class extends WorkerEntrypoint {
  override async fetch(request: Request): Promise<Response> {
    const path = this.ctx.tracing.enterSpan("of the context", () => new URL(request.url).pathname);
    await scheduler.wait(1);
    this.ctx.waitUntil(
      scheduler.wait(5).then(() => tracing.enterSpan("after the response", () => console.log("late"))),
    );
    return new Response(tracing.enterSpan("of the import", () => path));
  }
}
