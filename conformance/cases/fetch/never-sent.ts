// Calls that end before a request is made: refused arguments, a signal aborted before, a URL that needs no network.
import { tracing } from "cloudflare:workers";
import { attemptAsync } from "../attempt.ts";

export default {
  async fetch(_request, env) {
    const bare = fetch as unknown as (...args: unknown[]) => Promise<Response>;
    const upstream = `${env.UPSTREAM}/never`;
    const used = new Request(upstream, { method: "POST", body: "used" });
    await used.text();
    const calls: Record<string, () => Promise<Response>> = {
      abortedBefore: () => fetch(upstream, { signal: AbortSignal.abort() }),
      invalidUrl: () => fetch("not a url"),
      invalidHeader: () => fetch(upstream, { headers: { "bad header": "x" } }),
      usedBody: () => fetch(used),
      noArgument: () => bare(),
      scheme: () => fetch("ftp://upstream/never"),
      data: () => fetch("data:text/plain,hello"),
    };
    const results: Record<string, unknown> = {};
    for (const [name, call] of Object.entries(calls)) {
      results[name] = await tracing.enterSpan(name, () => attemptAsync(async () => (await call()).text()));
    }
    return Response.json(results);
  },
} satisfies ExportedHandler<Env>;
