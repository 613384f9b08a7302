// getActiveSpan is the callback's span, and outside of any the root span, which takes annotations but no end.
import { tracing } from "cloudflare:workers";

export default {
  async fetch(_request, _env, ctx) {
    const root = tracing.getActiveSpan();
    root?.setAttribute("on.root", "yes");
    const inside = await tracing.enterSpan("inside", async (span) => {
      await scheduler.wait(1);
      tracing.getActiveSpan()?.setAttribute("set through", "getActiveSpan");
      return { same: tracing.getActiveSpan() === span, viaContext: ctx.tracing.getActiveSpan() === span };
    });
    root?.end();
    tracing.enterSpan("after the root's end", () => {});
    return Response.json({
      inside,
      rootSame: root === tracing.getActiveSpan(),
      rootTraced: root?.isTraced,
      rootClass: root?.constructor.name,
      sameTrace: tracing.enterSpan(
        "trace",
        (span) => span.spanContext().traceId === root?.spanContext().traceId,
      ),
      ownId: tracing.enterSpan("id", (span) => span.spanContext().spanId !== root?.spanContext().spanId),
    });
  },
} satisfies ExportedHandler;
