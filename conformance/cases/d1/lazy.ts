// A statement is no promise: a span gives it back untouched, not run by us, and it runs where it is awaited.
import { tracing } from "cloudflare:workers";

export default {
  async fetch(_request, env) {
    const statement = env.DB.prepare("select 1 as one");
    const returned = tracing.enterSpan("returned", () => statement);
    const { results } = await tracing.enterSpan("run", () => returned.all());
    return Response.json({ untouched: returned === statement, results });
  },
} satisfies ExportedHandler<Env>;
