// Modules that keep `fetch` when they are evaluated, as clients of APIs do, make the spans that everybody makes.
import { tracing } from "cloudflare:workers";

const { fetch: kept } = globalThis;
const bound = fetch.bind(globalThis);

export default {
  async fetch(_request, env) {
    const textOf = async (response: Promise<Response>) => (await response).text();
    return Response.json([
      await tracing.enterSpan("kept", () => textOf(kept(`${env.UPSTREAM}/kept`))),
      await tracing.enterSpan("bound", () => textOf(bound(`${env.UPSTREAM}/bound`))),
      await tracing.enterSpan("global", () => textOf(fetch(`${env.UPSTREAM}/global`))),
    ]);
  },
} satisfies ExportedHandler<Env>;
