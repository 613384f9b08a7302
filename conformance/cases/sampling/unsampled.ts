// Untraced, the program runs the same: callbacks, values, errors and checks of arguments; only nothing is recorded.
import { tracing } from "cloudflare:workers";
import { attempt, attemptAsync } from "../attempt.ts";

export default {
  async fetch(_request, env) {
    const facts = await tracing.enterSpan(
      "unsampled",
      async (span, x: number) => {
        console.log("a log of an untraced invocation");
        return {
          x,
          fetched: await (await fetch(`${env.UPSTREAM}/json?body=1`)).text(),
          isTraced: span.isTraced,
          chained:
            span.setAttribute("a", 1).setAttributes({ b: 2 }).updateName("c").setStatus({ code: "ok" }) ===
            span,
          recorded: attempt(() => span.recordException(new Error("unrecorded"))),
          nested: tracing.enterSpan("nested", (inner, y: string) => `${inner.isTraced} ${y}`, "y"),
          started: tracing.startSpan("started").isTraced,
          startedActive: tracing.startActiveSpan("started active", (inner) => inner.isTraced),
          active: tracing.getActiveSpan()?.isTraced,
          withActive: tracing.withActiveSpan(span, (y: number) => y, 3),
        };
      },
      21,
    );
    const checks = tracing.enterSpan("checks", (span) => {
      const set = span.setAttribute.bind(span) as (...args: unknown[]) => Span;
      return {
        bigint: attempt(() => set("a", 5n)),
        symbol: attempt(() => set("a", Symbol("value"))),
        attributes: attempt(() => span.setAttributes(null as never)),
        status: attempt(() => span.setStatus({ code: "nope" } as never)),
        name: attempt(() => tracing.enterSpan(Symbol("name") as never, () => "ran")),
        callback: attempt(() => tracing.enterSpan("name", undefined as never)),
      };
    });
    const errors = {
      sync: attempt(() =>
        tracing.enterSpan("throws", () => {
          throw new RangeError("thrown");
        }),
      ),
      async: await attemptAsync(() =>
        tracing.enterSpan("rejects", async () => Promise.reject(new RangeError("r"))),
      ),
    };
    return Response.json({ facts, checks, errors });
  },
} satisfies ExportedHandler<Env>;
