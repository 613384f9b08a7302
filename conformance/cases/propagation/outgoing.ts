// What fetch carries: the context of its own span, unless the program sets one.
import { tracing } from "cloudflare:workers";

export default {
  async fetch(_request, env) {
    const sent = async (init?: RequestInit) => {
      const response = await fetch(`${env.UPSTREAM}/header/traceparent`, init);
      return (await response.text()).trim();
    };
    const results = await tracing.enterSpan("calls", async (span) => {
      const { traceId, spanId } = span.spanContext();
      const [first, second] = await Promise.all([sent(), sent()]);
      return {
        isOfTheTrace: first.startsWith(`00-${traceId}-`) && first.endsWith("-01"),
        isOfTheCall: first !== second && !first.includes(spanId),
        isTheProgramsOwn: await sent({ headers: { traceparent: "00-own-01" } }),
      };
    });
    return Response.json(results);
  },
} satisfies ExportedHandler<Env>;
