// An error that crosses two spans and the handler.
import { tracing } from "cloudflare:workers";

export default {
  async fetch() {
    return tracing.enterSpan("outer", async () =>
      tracing.enterSpan("inner", async () => {
        await scheduler.wait(1);
        throw new RangeError("thrown in a span");
      }),
    );
  },
} satisfies ExportedHandler;
