// startSpan never becomes active; startActiveSpan is active while its callback runs and open until end().
import { tracing } from "cloudflare:workers";

export default {
  async fetch() {
    const manual = tracing.startSpan("manual");
    manual.setAttribute("by", "startSpan");
    tracing.enterSpan("beside manual", () => {});
    await scheduler.wait(1);
    manual.end();
    manual.end();

    const inner = tracing.enterSpan("outer", () => tracing.startSpan("manual in outer"));
    inner.setAttribute("set after the parent's end", true);
    inner.end();

    let active: ReturnType<typeof tracing.startSpan> | undefined;
    const sum = tracing.startActiveSpan(
      "active",
      (span, a: number, b: number) => {
        active = span;
        tracing.enterSpan("in active", () => {});
        return a + b;
      },
      2,
      3,
    );
    tracing.enterSpan("beside active", () => {});
    active?.setAttribute("set later", true);
    const before = active?.isTraced;
    active?.end();
    const awaited = await tracing.startActiveSpan("active async", async (span) => {
      await scheduler.wait(1);
      tracing.enterSpan("after await", () => {});
      span.end();
      tracing.enterSpan("after end", () => {});
      return span.isTraced;
    });
    return Response.json({ sum, before, after: active?.isTraced, awaited, ended: manual.isTraced });
  },
} satisfies ExportedHandler;
