// list with every option, page by page.
export default {
  async fetch(_request, env) {
    const { BUCKET } = env;
    for (const key of ["a/1", "a/2", "b/1", "c"]) {
      await BUCKET.put(key, key, { httpMetadata: { contentType: "text/plain" }, customMetadata: { key } });
    }
    const lists = [
      await BUCKET.list(),
      await BUCKET.list({}),
      await BUCKET.list({ prefix: "a/" }),
      await BUCKET.list({ delimiter: "/" }),
      await BUCKET.list({ startAfter: "b" }),
      await BUCKET.list({ include: ["httpMetadata", "customMetadata"] }),
      await BUCKET.list({ include: ["customMetadata"] }),
      await BUCKET.list({ include: [] }),
    ];
    const first = await BUCKET.list({ limit: 3 });
    if (first.truncated) lists.push(first, await BUCKET.list({ limit: 3, cursor: first.cursor }));
    return Response.json(
      lists.map(({ objects, delimitedPrefixes, truncated }) => ({
        objects: objects.map(({ key, customMetadata }) => [key, customMetadata]),
        delimitedPrefixes,
        truncated,
      })),
    );
  },
} satisfies ExportedHandler<Env>;
