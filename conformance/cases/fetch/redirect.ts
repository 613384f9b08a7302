// Redirects that the runtime follows.
import { tracing } from "cloudflare:workers";

export default {
  async fetch(_request, env) {
    const followed = await tracing.enterSpan("get", () => fetch(`${env.UPSTREAM}/redirect`));
    const posted = await tracing.enterSpan("post", () =>
      fetch(`${env.UPSTREAM}/redirect`, { method: "POST", body: new Uint8Array([1, 2, 3]) }),
    );
    return Response.json([
      await followed.text(),
      followed.redirected,
      await posted.text(),
      posted.redirected,
    ]);
  },
} satisfies ExportedHandler<Env>;
