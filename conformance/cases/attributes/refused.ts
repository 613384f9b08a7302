// What the calls of a span take and refuse beside the values of attributes.
import { tracing } from "cloudflare:workers";
import { attempt } from "../attempt.ts";

type Loose = Record<keyof typeof tracing.Span.prototype, (...args: unknown[]) => unknown>;

export default {
  async fetch() {
    const calls: Record<string, (span: Loose) => unknown> = {
      entriesOfFunction: (span) => span.setAttributes(Object.assign(() => {}, { a: 1 })),
      entriesOfDate: (span) => span.setAttributes(new Date(0)),
      entriesOfMap: (span) => span.setAttributes(new Map([["a", 1]])),
      inherited: (span) => span.setAttributes(Object.create({ a: 1 })),
      throwingGetter: (span) =>
        span.setAttributes({
          a: 1,
          get b(): number {
            throw new RangeError("getter");
          },
        }),
      symbolForKey: (span) => span.setAttribute(Symbol("key"), undefined),
      symbolForMessage: (span) => span.setStatus({ code: "ok", message: Symbol("message") }),
      statusOfFunction: (span) => span.setStatus(Object.assign(() => {}, { code: "error" })),
      boxedStatus: (span) => span.setStatus({ code: new String("error"), message: 5 }),
      capitals: (span) => span.setStatus({ code: "ERROR" }),
      noException: (span) => span.recordException(),
      noStatus: (span) => span.setStatus(),
      endedStatus: (span) => [span.end(), span.setStatus({ code: "none" })],
      endedSymbol: (span) => [span.end(), span.setAttribute("a", Symbol("value"))],
    };
    const results: Record<string, unknown> = {};
    for (const [name, call] of Object.entries(calls)) {
      tracing.enterSpan(name, (span) => {
        results[name] = attempt(() => (call(span as unknown as Loose) === span ? "itself" : "undefined"));
      });
    }
    return Response.json({ ...results, text: String(tracing.getActiveSpan()) });
  },
} satisfies ExportedHandler;
