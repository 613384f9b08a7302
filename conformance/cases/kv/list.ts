// list, whole and in pages.
export default {
  async fetch(_request, env) {
    const { KV } = env;
    for (const name of ["a1", "a2", "a3", "b1"]) await KV.put(name, name, { metadata: { name } });
    const first = await KV.list({ limit: 2 });
    const pages = [
      await KV.list(),
      await KV.list({ prefix: "a" }),
      await KV.list({ prefix: "none" }),
      first,
      await KV.list({ limit: 2, cursor: first.list_complete ? "" : first.cursor }),
      await KV.list({ prefix: "a", limit: 3 }),
      await KV.list({ prefix: null, cursor: null }),
      await KV.list({}),
      await KV.list({ limit: null as unknown as number }),
      await KV.list({ limit: "2" as unknown as number, prefix: "a" }),
      await KV.list({ limit: 1.9 }),
      await KV.list({ limit: Number.NaN }),
    ];
    return Response.json(pages);
  },
} satisfies ExportedHandler<Env>;
