// Errors that a class lets out, as default export: on top of it a development server has a class of its own.
import { tracing, WorkerEntrypoint } from "cloudflare:workers";

class Base extends WorkerEntrypoint {
  override async fetch(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === "/inherited") throw new TypeError("inherited");
    return new Response(pathname);
  }
}

export default class Main extends Base {
  override fetch(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === "/at-once") throw new RangeError("at once");
    this.ctx.waitUntil(tracing.enterSpan("afterwards", () => scheduler.wait(1)));
    return pathname === "/inherited"
      ? tracing.enterSpan("inherited", () => super.fetch(request))
      : super.fetch(request);
  }
}
