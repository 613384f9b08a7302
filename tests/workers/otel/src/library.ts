// A library as its authors write them: instrumented with OpenTelemetry's API, and without knowledge of who traces it.
import { context, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";

const tracer = trace.getTracer("prices", "2.0.0");

export async function priceOf(item: string, load: () => Promise<Response>): Promise<string> {
  return tracer.startActiveSpan(
    "price",
    { kind: SpanKind.CLIENT, attributes: { item, tags: ["a", null, "b"] } },
    async (span) => {
      try {
        // One that does not become active, the kind that needs its context passed by hand, with a start of its own.
        const lookup = tracer.startSpan("lookup", { startTime: performance.now() });
        const response = await context.with(trace.setSpan(context.active(), lookup), load);
        lookup.end();
        span.addEvent("loaded", { status: response.status });
        if (!response.ok) throw new RangeError(`no price of ${item}`);
        return await response.text();
      } catch (error) {
        span.recordException(error as Error);
        span.setStatus({ code: SpanStatusCode.ERROR, message: (error as Error).message });
        throw error;
      } finally {
        span.end();
      }
    },
  );
}
