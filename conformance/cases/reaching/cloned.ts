// A span is no data: what copies it refuses it.
import { tracing } from "cloudflare:workers";
import { attempt } from "../attempt.ts";

export default {
  async fetch() {
    const span = tracing.startSpan("copied");
    const active = tracing.getActiveSpan();
    span.end();
    return Response.json([span, [span], { active }].map((one) => attempt(() => typeof structuredClone(one))));
  },
} satisfies ExportedHandler;
