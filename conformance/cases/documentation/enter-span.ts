// The three examples of `tracing.enterSpan` of the documentation, unchanged: parse, fetchData, compute.
import { env, tracing } from "cloudflare:workers";

const body = '{"item":"parsed"}';

/** The documentation's host does not answer here. */
const fetch: typeof globalThis.fetch = (input, init) =>
  globalThis.fetch(
    String(input).replace("https://api.example.com/data", `${env.UPSTREAM}/json?body={"from":"api"}`),
    init,
  );

export default {
  async fetch() {
    // Synchronous callback — span ends when the function returns
    const result = tracing.enterSpan("parse", (span) => {
      span.setAttribute("format", "json");
      return JSON.parse(body);
    });

    // Async callback — span ends when the promise settles
    const data = await tracing.enterSpan("fetchData", async (span) => {
      const res = await fetch("https://api.example.com/data");
      span.setAttribute("http.response.status_code", res.status);
      return res.json();
    });

    // Forwarding arguments
    // biome-ignore lint/correctness/noUnusedFunctionParameters: the documentation's own text
    const doubled = tracing.enterSpan("compute", (span, x) => x * 2, 21);

    return Response.json({ result, data, doubled });
  },
} satisfies ExportedHandler;
