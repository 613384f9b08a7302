// A request that cannot be: a GET with a body.
import { tracing } from "cloudflare:workers";
import { attemptAsync } from "../attempt.ts";

export default {
  async fetch(_request, env) {
    const result = await tracing.enterSpan("get with a body", () =>
      attemptAsync(() => fetch(`${env.UPSTREAM}/never`, { body: "x" })),
    );
    return Response.json(result);
  },
} satisfies ExportedHandler<Env>;
