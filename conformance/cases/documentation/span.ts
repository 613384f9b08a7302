// The examples of `Span` of the documentation, unchanged: setAttribute and isTraced.
import { tracing } from "cloudflare:workers";

const body = { order: 7 };

function processBody(processed: typeof body) {
  return processed.order;
}

export default {
  async fetch() {
    tracing.enterSpan("annotate", (span) => {
      span.setAttribute("user.plan", "enterprise");
      span.setAttribute("item.count", 42);
      span.setAttribute("cache.hit", true);
    });
    const order = tracing.enterSpan("process", (span) => {
      if (span.isTraced) {
        span.setAttribute("request.body.preview", JSON.stringify(body).slice(0, 200));
      }
      return processBody(body);
    });
    return Response.json({ order });
  },
} satisfies ExportedHandler;
