// What a module keeps of the API when it is evaluated does the same in a request.
import { tracing } from "cloudflare:workers";

const enterSpan = tracing.enterSpan.bind(tracing);
const { Span } = tracing;
const early = tracing.startSpan("at start-up");

export default {
  async fetch() {
    const inside = enterSpan("by what was kept", () =>
      tracing.withActiveSpan(early, () => enterSpan("with what records nothing active", () => "inside")),
    );
    const span = tracing.startSpan("started");
    span.end();
    return Response.json([inside, span instanceof Span, early instanceof tracing.Span, early.isTraced]);
  },
} satisfies ExportedHandler;
