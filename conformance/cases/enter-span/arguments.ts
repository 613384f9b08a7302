// Arguments after the callback are forwarded behind the span; what the callback returns is what the call returns.
import { tracing } from "cloudflare:workers";

export default {
  async fetch(_request, _env, ctx) {
    const object = { identity: true };
    const many = tracing.enterSpan("many", (_span, ...args: number[]) => args, 1, 2, 3, 4, 5, 6, 7);
    return Response.json({
      none: tracing.enterSpan("none", (...args) => args.length),
      one: tracing.enterSpan("one", (_span, x: number) => x * 2, 21),
      many,
      awaited: await tracing.enterSpan("awaited", async (_span, a: string, b: string) => a + b, "a", "b"),
      isFirst: tracing.enterSpan("first", (span) => span instanceof tracing.Span),
      sameObject: tracing.enterSpan("object", (_span, given: object) => given, object) === object,
      undefined: tracing.enterSpan("undefined", () => undefined) === undefined,
      viaContext: ctx.tracing.enterSpan("via context", (_span, x: number) => x, 9),
    });
  },
} satisfies ExportedHandler;
