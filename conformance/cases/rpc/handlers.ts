// An object of handlers has methods, too: each takes one argument, `env` and the context.
import { tracing } from "cloudflare:workers";

export const Handlers = {
  greet: (name: string, env: Env, context: ExecutionContext) =>
    tracing.enterSpan("greet", () => `hello ${name} ${"SERVICE" in env} ${typeof context.waitUntil}`),
};

interface Stub {
  greet(name: string): Promise<string>;
}

export default {
  fetch: async (_request, env) => new Response(await (env.SERVICE as unknown as Stub).greet("you")),
} satisfies ExportedHandler<Env>;
