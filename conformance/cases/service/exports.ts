// The Worker's own exports, as `ctx.exports` binds them.
import { DurableObject, tracing, WorkerEntrypoint } from "cloudflare:workers";

export class Named extends WorkerEntrypoint {
  override fetch(): Response {
    return new Response("named");
  }
}

export class Kept extends DurableObject {
  override fetch(): Response {
    return new Response("kept");
  }
}

interface Exports {
  Named: Fetcher;
  Kept: DurableObjectNamespace;
}

export default {
  async fetch(_request, _env, ctx) {
    const { Named, Kept } = ctx.exports as unknown as Exports;
    const named = await tracing.enterSpan("call", () => Named.fetch("http://named/"));
    const kept = await Kept.getByName("one").fetch("http://kept/");
    return new Response(`${await named.text()} ${await kept.text()}`);
  },
} satisfies ExportedHandler<Env>;
