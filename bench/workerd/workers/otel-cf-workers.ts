// @microlabs/otel-cf-workers as its README sets it up, exporting to the same receiver.
import { instrument } from "@microlabs/otel-cf-workers";
import { trace } from "@opentelemetry/api";
import { handlerOf } from "./request.ts";

declare const CONFIG: { endpoint: string };

const tracer = trace.getTracer("bench");

const handler = handlerOf({
  sync(count) {
    for (let i = 0; i < count; i++) {
      tracer.startActiveSpan("span", (span) => {
        span.setAttribute("user.plan", "enterprise").setAttribute("item.count", i);
        span.end();
      });
    }
  },
  async async(count) {
    for (let i = 0; i < count; i++) {
      await tracer.startActiveSpan("span", async (span) => {
        span.setAttribute("user.plan", "enterprise").setAttribute("item.count", i);
        span.end();
      });
    }
  },
});

export default instrument(handler, {
  exporter: { url: `${CONFIG.endpoint}/v1/traces` },
  service: { name: "bench" },
});
