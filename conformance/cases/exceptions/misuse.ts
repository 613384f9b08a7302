// recordException without an argument, and with one whose properties throw.
import { tracing } from "cloudflare:workers";
import { attempt } from "../attempt.ts";

export default {
  async fetch() {
    const results = tracing.enterSpan("misuse", (span) => {
      const record = span.recordException.bind(span) as (...args: unknown[]) => unknown;
      const throwing = {
        name: "Throwing",
        get message(): string {
          throw new RangeError("getter");
        },
      };
      return { noArgument: attempt(() => record()), throwingGetter: attempt(() => record(throwing)) };
    });
    return Response.json(results);
  },
} satisfies ExportedHandler;
