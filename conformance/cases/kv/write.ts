// put with every type of value and every option; delete.
export default {
  async fetch(_request, env) {
    const { KV } = env;
    await KV.put("string", "żółć");
    await KV.put("empty", "");
    await KV.put("buffer", new Uint8Array([1, 2, 3]).buffer);
    await KV.put("view", new Uint8Array([1, 2, 3]).subarray(1));
    await KV.put("dataView", new DataView(new ArrayBuffer(4)));
    await KV.put("known length", new Response("streamed").body as ReadableStream);
    await KV.put(
      "unknown length",
      new ReadableStream({
        start(controller) {
          controller.enqueue(new TextEncoder().encode("in parts"));
          controller.close();
        },
      }),
    );
    await KV.put("ttl", "x", { expirationTtl: 60 });
    await KV.put("expiration", "x", { expiration: 2_100_000_000 });
    await KV.put("metadata", "x", { metadata: { some: "metadata" } });
    await KV.put("falsy metadata", "x", { metadata: 0 });
    await KV.put("all", "x", { metadata: [1], expirationTtl: 120 });
    await KV.put("nothing", "x", {});
    await KV.put(5 as unknown as string, "number as key");
    for (const value of [17, -0.5, true, null]) await KV.put("no text", value as unknown as string);
    await KV.delete("string");
    await KV.delete("missing");
    return Response.json((await KV.list()).keys.map(({ name }) => name));
  },
} satisfies ExportedHandler<Env>;
