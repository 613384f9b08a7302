// Requests of browsers and of programs, as they say it themselves; the root spans tell what follows from it.
import { tracing } from "cloudflare:workers";

export default {
  async fetch(request) {
    tracing.getActiveSpan()?.setAttribute("asked", new URL(request.url).pathname);
    return new Response(request.headers.get("user-agent"));
  },
} satisfies ExportedHandler<Env>;
