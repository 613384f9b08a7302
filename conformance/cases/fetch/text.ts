// Text as a request's body has a type and a length of its own.
import { tracing } from "cloudflare:workers";

export default {
  async fetch(_request, env) {
    const post = (name: string, body: string) =>
      tracing.enterSpan(name, async () =>
        (await fetch(`${env.UPSTREAM}/${name}`, { method: "POST", body })).text(),
      );
    return Response.json([await post("letters", "żółć"), await post("empty", "")]);
  },
} satisfies ExportedHandler<Env>;
