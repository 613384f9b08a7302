// put with every type of value and every option; delete of one and of many.
export default {
  async fetch(_request, env) {
    const { BUCKET } = env;
    const put = BUCKET.put.bind(BUCKET) as (...args: unknown[]) => Promise<R2Object | null>;
    const md5 = "900150983cd24fb0d6963f7d28e17f72";
    const objects = [
      await put("string", "żółć"),
      await put("empty", ""),
      await put("null", null),
      await put("undefined", undefined),
      await put("buffer", new Uint8Array([1, 2, 3]).buffer),
      await put("view", new Uint8Array([1, 2, 3]).subarray(1)),
      await put("data view", new DataView(new ArrayBuffer(4))),
      await put("blob", new Blob(["blob"], { type: "text/plain" })),
      await put("checked", "abc", { md5 }),
      await put("checked bytes", "abc", {
        sha1: Uint8Array.from([
          0xa9, 0x99, 0x3e, 0x36, 0x47, 0x06, 0x81, 0x6a, 0xba, 0x3e, 0x25, 0x71, 0x78, 0x50, 0xc2, 0x6c,
          0x9c, 0xd0, 0xd8, 0x9d,
        ]),
      }),
      await put("metadata", "x", {
        httpMetadata: {
          contentType: "text/plain",
          contentEncoding: "gzip",
          contentDisposition: "inline",
          contentLanguage: "pl",
          cacheControl: "max-age=60",
          cacheExpiry: new Date(2_000_000_000_000),
        },
        customMetadata: { some: "metadata", more: "of it" },
        storageClass: "InfrequentAccess",
      }),
      await put("headers", "x", {
        httpMetadata: new Headers({
          "content-type": "text/html",
          "cache-control": "no-store",
          expires: "Wed, 18 May 2033 03:33:20 GMT",
        }),
      }),
      await put("encrypted", "secret", { ssecKey: "a".repeat(64) }),
      await put("encrypted bytes", "secret", { ssecKey: new Uint8Array(32).buffer }),
      await put("nothing", "x", {}),
      await put("nothing of it", "x", { httpMetadata: {}, customMetadata: {} }),
      await put("string", "again", { onlyIf: { etagMatches: "nope" } }),
      await put("string", "again", {
        onlyIf: { uploadedBefore: new Date(4_000_000_000_000), etagDoesNotMatch: "nope" },
      }),
      await put("string", "again", {
        onlyIf: new Headers({
          "if-none-match": '"nope", "or"',
          "if-unmodified-since": "Wed, 18 May 2033 03:33:20 GMT",
        }),
      }),
      await put("wild", "x", { onlyIf: { etagDoesNotMatch: "*" } }),
      await put(5, "number as key"),
    ];
    await BUCKET.delete("string");
    await BUCKET.delete("missing");
    await BUCKET.delete(["buffer", "view"]);
    await BUCKET.delete([]);
    await BUCKET.delete(null as unknown as string);
    await BUCKET.head(undefined as unknown as string);
    await BUCKET.list({ limit: "3" as unknown as number });
    return Response.json({
      objects: objects.map((object) => object && { key: object.key, size: object.size, etag: object.etag }),
      left: (await BUCKET.list()).objects.map(({ key }) => key),
    });
  },
} satisfies ExportedHandler<Env>;
