// An object of handlers has methods, too: each takes one argument, `env` and the context.
import { tracing } from "cloudflare:workers";

export default {
  fetch: async (_request, env) => new Response(await (env.SERVICE as unknown as Stub).greet("you")),
  greet: (name: string, env: Env, context: ExecutionContext) =>
    tracing.enterSpan("greet", () => `hello ${name} ${"SERVICE" in env} ${typeof context.waitUntil}`),
} satisfies ExportedHandler<Env> & Record<"greet", unknown>;

interface Stub {
  greet(name: string): Promise<string>;
}
