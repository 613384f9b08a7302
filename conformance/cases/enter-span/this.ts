// What `this` is in a callback: nothing of ours, nor of the caller's.
import { tracing } from "cloudflare:workers";

const kindOf = (value: unknown) => (value === globalThis ? "the global object" : String(value));

function seen(this: unknown): string {
  return kindOf(this);
}

export default {
  async fetch() {
    const span = tracing.startSpan("manual");
    const facts = {
      enterSpan: tracing.enterSpan("entered", seen),
      startActiveSpan: tracing.startActiveSpan("started", seen),
      withActiveSpan: tracing.withActiveSpan(span, seen),
      bound: tracing.enterSpan("bound", seen.bind("its own")),
    };
    span.end();
    return Response.json(facts);
  },
} satisfies ExportedHandler;
