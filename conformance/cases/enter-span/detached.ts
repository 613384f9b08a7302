// The functions of `tracing` taken off it: refused, in spans and outside of any.
import { tracing } from "cloudflare:workers";
import { attempt } from "../attempt.ts";

export default {
  async fetch(_request, _env, ctx) {
    const { enterSpan, startActiveSpan, startSpan, getActiveSpan, withActiveSpan } = tracing;
    const fromContext = ctx.tracing.enterSpan;
    const tried = tracing.enterSpan("around", (span) => [
      attempt(() => enterSpan("a", () => 1)),
      attempt(() => startActiveSpan("b", () => 1)),
      attempt(() => startSpan("c")),
      attempt(() => getActiveSpan()),
      attempt(() => withActiveSpan(span, () => 1)),
      attempt(() => fromContext("d", () => 1)),
    ]);
    return Response.json({ tried, keys: [Object.keys(tracing), Object.keys(ctx.tracing)] });
  },
} satisfies ExportedHandler;
