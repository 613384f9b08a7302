// "Create a custom span" of the documentation, unchanged, around two functions that it leaves to the reader.
import { tracing } from "cloudflare:workers";

async function authenticate(request: Request, _env: Env) {
  return { name: request.headers.get("x-user") ?? "nobody" };
}

function buildResponse(user: { name: string }) {
  return new Response(`hello ${user.name}`);
}

export default {
  async fetch(request: Request, env: Env, ctx: ExecutionContext) {
    // Using the import
    return tracing.enterSpan("handleRequest", async (span) => {
      span.setAttribute("url.path", new URL(request.url).pathname);

      const user = await ctx.tracing.enterSpan("auth", async () => {
        // Using ctx.tracing
        return authenticate(request, env);
      });

      return buildResponse(user);
    });
  },
};
