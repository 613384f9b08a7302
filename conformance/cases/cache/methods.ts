// put, match and delete, of the default cache and of a named one, with every option and what is refused.
import { tracing } from "cloudflare:workers";

const early = caches.default;

export default {
  async fetch(request) {
    const { origin } = new URL(request.url);
    const named = await caches.open("named");
    const at = (path: string) => `${origin}/${path}`;
    const cached = () =>
      new Response("cached", {
        headers: {
          "cache-control": "max-age=60",
          "cache-tag": "a,b",
          etag: '"tag"',
          expires: "Wed, 18 May 2033 03:33:20 GMT",
          "last-modified": "Wed, 18 May 2022 03:33:20 GMT",
        },
      });
    const text = async (found: Response | undefined) => found && [found.status, await found.text()];
    const calls: Record<string, () => unknown> = {
      put: () => caches.default.put(at("a"), cached()),
      putAgain: () => early.put(new Request(at("b")), cached()),
      putNamed: () => named.put(new URL(at("c")), cached()),
      putStream: () =>
        named.put(
          at("stream"),
          new Response(new ReadableStream({ pull: (c) => c.close() }), {
            headers: { "cache-control": "max-age=60" },
          }),
        ),
      putUncached: () =>
        named.put(at("uncached"), new Response("x", { headers: { "cache-control": "no-store" } })),
      putCookie: () => named.put(at("cookie"), new Response("x", { headers: { "set-cookie": "a=b" } })),
      putNothing: () =>
        named.put(at("empty"), new Response(null, { headers: { "cache-control": "max-age=60" } })),
      putNotFound: () =>
        named.put(
          at("404"),
          new Response("gone", { status: 404, headers: { "cache-control": "max-age=60" } }),
        ),
      putPlain: () => named.put(at("plain"), new Response("x")),
      putGone: () => named.put(at("gone"), new Response("x", { status: 410, statusText: "Gone" })),
      putFailed: () =>
        named.put(
          at("failed"),
          new Response("x", {
            status: 500,
            statusText: "Internal Server Error",
            headers: { "cache-control": "max-age=60" },
          }),
        ),
      putPrivate: () =>
        named.put(at("private"), new Response("x", { headers: { "cache-control": "private, max-age=60" } })),
      putBroken: () =>
        named.put(
          at("broken"),
          new Response(
            new ReadableStream({
              async pull(controller) {
                await scheduler.wait(1);
                controller.error(new RangeError("broken off"));
              },
            }),
            { headers: { "cache-control": "max-age=60" } },
          ),
        ),
      put304: () => named.put(at("304"), new Response(null, { status: 304 })),
      match: async () => text(await caches.default.match(at("a"))),
      matchRequest: async () =>
        text(await early.match(new Request(at("b"), { headers: { "if-none-match": '"tag"' } }))),
      matchNewer: async () =>
        text(
          await early.match(
            new Request(at("b"), { headers: { "if-modified-since": "Wed, 18 May 2022 03:33:20 GMT" } }),
          ),
        ),
      matchRange: async () =>
        text(await named.match(new Request(at("c"), { headers: { range: "bytes=1-3" } }))),
      matchNotFound: async () => text(await named.match(at("404"))),
      matchOtherCache: async () => text(await named.match(at("a"))),
      matchMissing: async () => text(await caches.default.match(at("missing"))),
      matchPost: async () => text(await caches.default.match(new Request(at("a"), { method: "POST" }))),
      matchIgnoring: async () =>
        text(await caches.default.match(new Request(at("a"), { method: "POST" }), { ignoreMethod: true })),
      matchNotIgnoring: async () => text(await caches.default.match(at("a"), { ignoreMethod: false })),
      matchIgnoringText: async () =>
        text(await caches.default.match(at("a"), { ignoreMethod: "yes" as unknown as boolean })),
      delete: () => caches.default.delete(at("a")),
      deleteMissing: () => caches.default.delete(new Request(at("a"))),
      deletePost: () => named.delete(new Request(at("c"), { method: "POST" })),
      deleteIgnoring: () => named.delete(new Request(at("c"), { method: "POST" }), { ignoreMethod: true }),
      badUrl: () => caches.default.match("no url"),
      noRequest: () => (caches.default.match as () => unknown)(),
      putBadUrl: () => caches.default.put("no url", cached()),
      putPost: () => caches.default.put(new Request(at("a"), { method: "POST" }), cached()),
      putPartial: () => caches.default.put(at("a"), new Response("x", { status: 206 })),
      putVary: () => caches.default.put(at("a"), new Response("x", { headers: { vary: "*" } })),
      putNoResponse: () => caches.default.put(at("a"), "x" as unknown as Response),
      putUsed: async () => {
        const used = cached();
        await used.text();
        return caches.default.put(at("a"), used);
      },
      putError: () => caches.default.put(at("a"), Response.error()),
      deleteBadUrl: () => caches.default.delete("no url"),
      notFetchable: () => caches.default.match("ftp://host/path"),
    };
    const results: Record<string, unknown> = {};
    for (const [name, call] of Object.entries(calls)) {
      results[name] = await tracing.enterSpan(name, async () => {
        try {
          return (await call()) ?? "undefined";
        } catch (error) {
          return `throws ${String(error)}`;
        }
      });
    }
    return Response.json({ ...results, same: early === caches.default });
  },
} satisfies ExportedHandler<Env>;
