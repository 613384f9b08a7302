// Another entrypoint of the Worker, called by fetch: what is sent, what comes back, in spans and at once.
import { tracing, WorkerEntrypoint } from "cloudflare:workers";

export class Echo extends WorkerEntrypoint {
  override async fetch(request: Request): Promise<Response> {
    const { method, url } = request;
    return tracing.enterSpan("echo", async () => {
      console.log(`${method} ${url}`);
      const status = url.endsWith("/missing") ? 404 : 200;
      return new Response(`${method} ${url} ${await request.text()}`, { status });
    });
  }
}

export default {
  async fetch(_request, env) {
    const ask = async (input: RequestInfo, init?: RequestInit) => {
      const response = await env.SERVICE.fetch(input, init);
      return `${response.status} ${await response.text()}`;
    };
    const answers = [
      await ask("http://echo/plain?query=1"),
      await tracing.enterSpan("in a span", () =>
        ask("https://echo/post", { method: "POST", body: "text", headers: { accept: "text/plain" } }),
      ),
      await ask(new Request("http://echo/missing", { headers: { "user-agent": "case/1" } })),
      ...(await Promise.all([ask("http://echo/first"), ask("http://echo/second")])),
    ];
    return Response.json(answers);
  },
} satisfies ExportedHandler<Env>;
