// An incoming traceparent is continued by default; a malformed one is ignored.
import { tracing } from "cloudflare:workers";

export default {
  async fetch(request) {
    const given = request.headers.get("traceparent") ?? "";
    const { traceId } = tracing.enterSpan("inside", (span) => span.spanContext());
    return Response.json({ isContinued: given.includes(traceId) });
  },
} satisfies ExportedHandler;
