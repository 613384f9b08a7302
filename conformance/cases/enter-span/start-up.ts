// Outside an invocation everything runs and nothing is recorded; nothing throws.
import { tracing } from "cloudflare:workers";
import { attempt } from "../attempt.ts";

const startUp = {
  value: tracing.enterSpan(
    "at start-up",
    (span, x: number) => {
      span.setAttribute("ignored", true).setStatus({ code: "ok" }).updateName("still ignored");
      span.recordException(new Error("ignored"));
      return x + (span.isTraced ? 100 : 1);
    },
    1,
  ),
  spanContext: tracing.enterSpan("at start-up", (span) => span.spanContext()),
  active: attempt(() => tracing.getActiveSpan()),
  started: attempt(() => {
    const span = tracing.startSpan("at start-up");
    span.end();
    return span.isTraced;
  }),
  startedActive: attempt(() => tracing.startActiveSpan("at start-up", (span) => span.isTraced)),
  withActive: attempt(() => tracing.withActiveSpan(tracing.startSpan("at start-up"), (x: number) => x, 3)),
  name: tracing.Span.name,
};

export default {
  async fetch() {
    return Response.json(startUp);
  },
} satisfies ExportedHandler;
