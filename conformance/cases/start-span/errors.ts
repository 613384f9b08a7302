// startActiveSpan does not end its span when the callback throws or rejects: that is the caller's.
import { tracing } from "cloudflare:workers";
import { attempt, attemptAsync } from "../attempt.ts";

export default {
  async fetch() {
    const startSpan = tracing.startSpan.bind(tracing) as (...args: unknown[]) => unknown;
    const startActiveSpan = tracing.startActiveSpan.bind(tracing) as (...args: unknown[]) => unknown;
    return Response.json({
      throws: attempt(() =>
        tracing.startActiveSpan("throws", (span) => {
          try {
            throw new RangeError("thrown");
          } finally {
            span.end();
          }
        }),
      ),
      rejects: await attemptAsync(() =>
        tracing.startActiveSpan("rejects", async (span) => {
          await scheduler.wait(1);
          span.end();
          throw new RangeError("rejected");
        }),
      ),
      noName: attempt(() => startSpan()),
      symbolName: attempt(() => startSpan(Symbol("name"))),
      noCallback: attempt(() => startActiveSpan("no callback")),
    });
  },
} satisfies ExportedHandler;
