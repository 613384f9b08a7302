// ctx.tracing does what the import does: spans of both are one tree, and know each other's active span.
import { tracing } from "cloudflare:workers";

export default {
  async fetch(_request, _env, ctx) {
    const { tracing: own } = ctx;
    const nested = await own.enterSpan(
      "of the context",
      async (outer, x: number) => {
        await scheduler.wait(1);
        const active = tracing.getActiveSpan() === outer;
        return tracing.enterSpan("of the import", (inner) => ({
          x,
          active,
          inner: own.getActiveSpan() === inner,
          parent: own.enterSpan("of the context again", () => {}) === undefined,
        }));
      },
      7,
    );
    const started = own.startSpan("started");
    tracing.withActiveSpan(started, () => own.enterSpan("in started", () => {}));
    started.end();
    const left = own.startActiveSpan("left open", (span) => span);
    own.withActiveSpan(left, () => tracing.startSpan("in left open").end());
    left.end();
    return Response.json({
      nested,
      sameRoot: own.getActiveSpan() === tracing.getActiveSpan(),
      sameClass: started instanceof tracing.Span && started instanceof own.Span,
      className: started.constructor.name,
    });
  },
} satisfies ExportedHandler;
