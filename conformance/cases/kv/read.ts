// get and getWithMetadata in every type, of keys that exist and that do not.
export default {
  async fetch(_request, env) {
    const { KV } = env;
    await KV.put("text", "hello");
    await KV.put("json", JSON.stringify({ x: 1 }), { metadata: { m: 1 } });
    await KV.put("ключ/é", "żółć");
    const stream = async (body: ReadableStream | null) => (body === null ? null : new Response(body).text());
    await KV.get("text", "stream");
    return Response.json([
      await KV.get("text"),
      await KV.get("text", "text"),
      await KV.get("json", "json"),
      await KV.get("json", { type: "json", cacheTtl: 60 }),
      (await KV.get("text", "arrayBuffer"))?.byteLength,
      await stream(await KV.get("text", "stream")),
      await KV.get("ключ/é"),
      await KV.get("text", {}),
      await KV.get("missing"),
      await KV.get("missing", "json"),
      await KV.getWithMetadata("text"),
      await KV.getWithMetadata("json"),
      await KV.getWithMetadata("json", "json"),
      await KV.getWithMetadata("json", { type: "text", cacheTtl: 120 }),
      await stream((await KV.getWithMetadata("json", "stream")).value),
      await KV.getWithMetadata("missing"),
    ]);
  },
} satisfies ExportedHandler<Env>;
