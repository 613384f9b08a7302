// A fetch is a child of the span that is active when it is called; what follows it continues in that span.
import { tracing } from "cloudflare:workers";

export default {
  async fetch(_request, env) {
    const pending = tracing.enterSpan("called here", () => fetch(`${env.UPSTREAM}/called`));
    const text = await tracing.enterSpan("awaited here", async () => {
      const response = await pending;
      return tracing.enterSpan("read here", () => response.text());
    });
    await tracing.enterSpan("parallel", () =>
      Promise.all(
        ["a", "b", "c"].map((name) =>
          tracing.enterSpan(`branch ${name}`, async () => {
            const response = await fetch(`${env.UPSTREAM}/${name}`);
            await tracing.enterSpan(`after ${name}`, () => response.text());
            return fetch(`${env.UPSTREAM}/${name}/again`);
          }),
        ),
      ),
    );
    return new Response(text);
  },
} satisfies ExportedHandler<Env>;
