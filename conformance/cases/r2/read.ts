// head and get: whole, in part, under conditions, encrypted, and of what is not there.
export default {
  async fetch(_request, env) {
    const { BUCKET } = env;
    const ssecKey = "b".repeat(64);
    const { etag, httpEtag } = (await BUCKET.put("object", "0123456789", {
      httpMetadata: { contentType: "text/plain", cacheExpiry: new Date(2_000_000_000_000) },
      customMetadata: { some: "metadata" },
      sha256: "84d89877f0d4041efb6bf91a16f0248f2fd573e6af05c19f96bedb9f882f7882",
    })) as R2Object;
    await BUCKET.put("encrypted", "secret", { ssecKey });
    await BUCKET.put("empty", "");

    const future = new Date(4_000_000_000_000);
    const past = new Date(1_000_000_000_000);
    const gets: [string, object?][] = [
      ["object"],
      ["missing"],
      ["empty"],
      ["object", {}],
      ["object", { range: { offset: 2, length: 3 } }],
      ["object", { range: { offset: 2 } }],
      ["object", { range: { length: 3 } }],
      ["object", { range: { suffix: 4 } }],
      ["object", { range: new Headers({ range: "bytes=1-3" }) }],
      ["object", { range: new Headers() }],
      ["encrypted", { ssecKey }],
      ["object", { onlyIf: { etagMatches: etag } }],
      ["object", { onlyIf: { etagMatches: "other" } }],
      ["object", { onlyIf: { etagDoesNotMatch: etag } }],
      ["object", { onlyIf: { uploadedBefore: future, uploadedAfter: past, secondsGranularity: true } }],
      ["object", { onlyIf: { uploadedBefore: past } }],
      ["object", { onlyIf: new Headers({ "if-match": `"a", ${httpEtag}` }) }],
      ["object", { onlyIf: new Headers({ "if-none-match": `W/"weak", ${httpEtag}` }) }],
      ["object", { onlyIf: new Headers({ "if-modified-since": past.toUTCString() }) }],
      ["object", { onlyIf: new Headers({ "if-unmodified-since": future.toUTCString(), "if-match": "*" }) }],
      ["object", { onlyIf: new Headers() }],
    ];
    const results: unknown[] = [];
    for (const [key, options] of gets) {
      const object = await BUCKET.get(key, options as R2GetOptions);
      // Wrangler's stand-in on Node reads a body that is looked for with `in`.
      const text = object?.bodyUsed === false ? await object.text() : null;
      results.push(object && { key: object.key, range: object.range, text });
    }
    for (const key of ["object", "missing", "encrypted"]) {
      const object = await BUCKET.head(key);
      results.push(object && { key: object.key, type: object.httpMetadata?.contentType });
    }
    // Not read.
    const unread = await BUCKET.get("object");
    results.push(unread?.bodyUsed);
    return Response.json(results);
  },
} satisfies ExportedHandler<Env>;
