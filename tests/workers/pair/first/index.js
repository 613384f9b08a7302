// Calls another Worker, by fetch and over RPC.
import { tracing } from "cloudflare:workers";

export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    if (pathname === "/fetch") return env.DEFAULT.fetch("http://second/");
    if (pathname === "/pipelined") return new Response(String(await env.SECOND.counter().add(2)));
    if (pathname === "/object") return new Response(await env.OBJECT.getByName("one").greet("object"));
    return tracing.enterSpan("ask", async () => new Response(await env.SECOND.greet("first")));
  },
};
