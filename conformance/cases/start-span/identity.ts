// spanContext tells a span's identity, while it is open and after its end; spans of one invocation share the trace.
import { tracing } from "cloudflare:workers";

export default {
  async fetch() {
    const span = tracing.startSpan("one");
    const other = tracing.startSpan("other");
    const before = span.spanContext();
    span.end();
    const after = span.spanContext();
    other.end();
    const root = tracing.getActiveSpan()?.spanContext();
    return Response.json({
      keys: Object.keys(before),
      traceId: /^[0-9a-f]{32}$/.test(before.traceId),
      spanId: /^[0-9a-f]{16}$/.test(before.spanId),
      isNotZero: !/^0+$/.test(before.traceId) && !/^0+$/.test(before.spanId),
      flags: before.traceFlags,
      stays: JSON.stringify(before) === JSON.stringify(after),
      isOwn: before.spanId !== other.spanContext().spanId && before.spanId !== root?.spanId,
      isShared: [root, other.spanContext()].every((context) => context?.traceId === before.traceId),
    });
  },
} satisfies ExportedHandler;
