// A span that was started with the module, in a request: it records nothing, and changes nothing where it is active.
import { tracing } from "cloudflare:workers";

const early = tracing.startSpan("at start-up");

export default {
  async fetch() {
    const inside = await tracing.enterSpan("around", () =>
      tracing.withActiveSpan(
        early,
        async (x: number) => {
          await scheduler.wait(1);
          return tracing.enterSpan("inside", () => x);
        },
        1,
      ),
    );
    early.setAttribute("ignored", true).end();
    return Response.json([inside, early.isTraced, early.constructor.name]);
  },
} satisfies ExportedHandler;
