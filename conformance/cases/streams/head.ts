// Requests whose answer's body nobody takes: the invocation is over all the same.
import { tracing } from "cloudflare:workers";

export default {
  async fetch(request) {
    const length = tracing.enterSpan(request.method, () => 5);
    const { pathname } = new URL(request.url);
    if (pathname === "/empty") return new Response(null, { status: 204 });
    const headers = { "content-length": String(length) };
    if (pathname === "/text") return new Response("12345", { headers });
    if (pathname === "/stream") return new Response(new Response("12345").body, { headers });
    return new Response(new ReadableStream({ pull: (controller) => controller.close() }));
  },
} satisfies ExportedHandler;
