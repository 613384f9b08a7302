// What an origin has answered is kept: less the headers that are about the connection it came by.
import { tracing } from "cloudflare:workers";

const HEADERS = [
  ["connection", "keep-alive"],
  ["keep-alive", "timeout=5"],
  ["te", "trailers"],
  ["trailer", "etag"],
  ["upgrade", "h2c"],
  ["content-length", "4"],
  ["transfer-encoding", "chunked"],
  ["date", "Wed, 18 May 2022 03:33:20 GMT"],
  ["content-encoding", "identity"],
];

export default {
  async fetch(_request, env) {
    const key = "https://cache.test/page";
    const answer = await fetch(`${env.UPSTREAM}/page`);
    const kept = new Response(answer.body, answer);
    kept.headers.set("cache-control", "max-age=60");
    await tracing.enterSpan("answer", () => caches.default.put(key, kept));
    for (const [name = "", value = ""] of HEADERS) {
      const headers = { [name]: value, "cache-control": "max-age=60" };
      await tracing.enterSpan(name, () => caches.default.put(key, new Response("kept", { headers })));
    }
    return new Response(await (await caches.default.match(key))?.text());
  },
} satisfies ExportedHandler<Env>;
