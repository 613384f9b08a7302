// A Worker as it was written before 2022: no class of the platform's, an object that extends nothing, and a runtime whose
// `URL` is not yet the standard's.
import { tracing } from "cloudflare:workers";

export class Counter {
  readonly state: DurableObjectState;

  constructor(state: DurableObjectState) {
    this.state = state;
  }

  async fetch(request: Request): Promise<Response> {
    const count = ((await this.state.storage.get<number>("count")) ?? 0) + 1;
    await this.state.storage.put("count", count);
    return new Response(`${new URL(request.url).pathname} ${count}`);
  }
}

export default {
  async fetch(_request, env) {
    const stub = env.OBJECTS.get(env.OBJECTS.idFromName("one"));
    const counted = await tracing.enterSpan("count", () => stub.fetch("https://object/count"));
    const answer = await tracing.enterSpan("ask", () => fetch(`${env.UPSTREAM}/header/traceparent`));
    await env.KV.put("counted", await counted.text());
    return Response.json([await env.KV.get("counted"), answer.status, "parse" in URL]);
  },
} satisfies ExportedHandler<Env>;
