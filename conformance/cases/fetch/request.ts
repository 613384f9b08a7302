// The span's attributes are those of the request as it is sent: method, URL, chosen headers, size of the body.
/** A streamed body needs it, except on workerd. */
const HALF_DUPLEX = { duplex: "half" };

const BYTES = new Uint8Array([1, 2]);

export default {
  async fetch(_request, env) {
    const at = (path: string) => `${env.UPSTREAM}${path}`;
    const sent = [
      await fetch(at("/get?x=1#fragment")),
      await fetch(new URL(at("/url"))),
      await fetch(new Request(at("/request"), { method: "POST", body: BYTES, headers: { accept: "x/y" } })),
      await fetch(new Request(at("/init")), { method: "DELETE" }),
      await fetch(at("/post"), {
        method: "POST",
        body: JSON.stringify({ a: 1 }),
        headers: { "content-type": "application/json" },
      }),
      await fetch(at("/params"), { method: "POST", body: new URLSearchParams({ a: "b" }) }),
      await fetch(at("/blob"), { method: "PUT", body: new Blob(["xy"], { type: "text/x" }) }),
      await fetch(at("/bytes"), { method: "PATCH", body: BYTES }),
      await fetch(at("/stream"), { method: "POST", body: new Response("streamed").body, ...HALF_DUPLEX }),
      await fetch(at("/lower"), { method: "post" }),
      await fetch(at("/purge"), { method: "PURGE" }),
      await fetch(at("/a/../b c?d=é")),
      await fetch(at("/headers"), {
        headers: {
          Accept: "a/b",
          "Accept-Encoding": "identity",
          "Content-Type": "t/t",
          "User-Agent": "agent/1",
          "X-Other": "not an attribute",
        },
      }),
      await fetch(at("/repeated"), {
        headers: [
          ["accept", "a/b"],
          ["accept", "c/d"],
        ],
      }),
    ];
    const echoes = await Promise.all(sent.map((response) => response.text()));
    return Response.json(echoes);
  },
} satisfies ExportedHandler<Env>;
