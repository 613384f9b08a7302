// After end() nothing changes a span any more, but it still is a parent.
import { tracing } from "cloudflare:workers";

export default {
  async fetch() {
    const facts = await tracing.enterSpan("ended early", async (span) => {
      span.setAttribute("before", true);
      span.end();
      const chained = span.setAttribute("after", true) === span;
      span.setAttributes({ late: 1 }).updateName("late").setStatus({ code: "error" });
      span.recordException(new Error("late"));
      await scheduler.wait(1);
      tracing.enterSpan("child of ended", () => console.log("in child of ended"));
      console.log("in ended");
      return { chained, isTraced: span.isTraced, hasId: /^[0-9a-f]{16}$/.test(span.spanContext().spanId) };
    });
    return Response.json(facts);
  },
} satisfies ExportedHandler;
