// Sync and async spans nest by the async context; siblings share a parent.
import { tracing } from "cloudflare:workers";

export default {
  async fetch() {
    const sync = tracing.enterSpan("sync", (span) => {
      span.setAttribute("depth", 1);
      return tracing.enterSpan("sync child", () => tracing.enterSpan("sync grandchild", () => "sync result"));
    });
    const async = await tracing.enterSpan("async", async () => {
      await scheduler.wait(1);
      await tracing.enterSpan("first child", async () => scheduler.wait(1));
      const [left, right] = await Promise.all([
        tracing.enterSpan("left", async (span) => {
          await scheduler.wait(2);
          span.setAttribute("side", "left");
          return tracing.enterSpan("in left", () => 1);
        }),
        tracing.enterSpan("right", async (span) => {
          await scheduler.wait(1);
          span.setAttribute("side", "right");
          return tracing.enterSpan("in right", () => 2);
        }),
      ]);
      return left + right;
    });
    return Response.json({ sync, async });
  },
} satisfies ExportedHandler;
