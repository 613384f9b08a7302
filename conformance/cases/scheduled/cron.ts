// The scheduled event: its own root, what it does and what it fails with.
import { tracing } from "cloudflare:workers";

export default {
  async scheduled({ cron, scheduledTime }, _env, context) {
    await tracing.enterSpan("work", async () => console.log(cron, scheduledTime));
    context.waitUntil(tracing.enterSpan("after", async () => {}));
    if (cron === "* * * * 1") throw new RangeError("of the handler");
  },
} satisfies ExportedHandler<Env>;
