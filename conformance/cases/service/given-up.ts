// A caller that goes away before it is answered: the runtime stops the handler that was called, where it is.
import { tracing, WorkerEntrypoint } from "cloudflare:workers";

export class Slow extends WorkerEntrypoint<Env> {
  override async fetch(request: Request): Promise<Response> {
    await request.text();
    return tracing.enterSpan("slow", async () => {
      await this.env.KV.get("key");
      await scheduler.wait(10_000);
      return new Response("too late");
    });
  }
}

export default {
  async fetch(request, env) {
    const how = new URL(request.url).pathname.slice(1);
    const { readable, writable } = new IdentityTransformStream();
    const aborting = new AbortController();
    const called = tracing.enterSpan(how, () =>
      env.SERVICE.fetch("http://slow/", { method: "POST", body: readable, signal: aborting.signal }),
    );
    // As soon as that is read, the handler runs.
    const writer = writable.getWriter();
    await writer.write(new Uint8Array(1));
    await writer.close();
    await env.KV.get("other");
    if (how === "left") return new Response(how);
    aborting.abort();
    return new Response(await called.catch(({ name }) => name));
  },
} satisfies ExportedHandler<Env>;
