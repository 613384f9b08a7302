// Streams of a known length as values, and what is got: sent and read as they come, cancelled, or left alone.
export default {
  async fetch(_request, env) {
    const { BUCKET } = env;
    const { readable, writable } = new FixedLengthStream(6);
    const writing = (async () => {
      const writer = writable.getWriter();
      await writer.write(new TextEncoder().encode("in "));
      await writer.write(new TextEncoder().encode("two"));
      await writer.close();
    })();
    const fixed = await BUCKET.put("fixed", readable);
    await writing;
    await BUCKET.put("body", new Response("streamed").body);
    const upload = await BUCKET.createMultipartUpload("parts");
    await upload.uploadPart(1, new Response("a part").body as ReadableStream);
    await upload.abort();

    const large = await BUCKET.put("large", new Uint8Array(1_000_000));
    const read = await BUCKET.get("large");
    let bytes = 0;
    for await (const chunk of (read as R2ObjectBody).body) bytes += chunk.length;
    const cancelled = (await BUCKET.get("large")) as R2ObjectBody;
    await cancelled.body.cancel();
    const unread = (await BUCKET.get("body")) as R2ObjectBody;
    return Response.json({
      sizes: [fixed?.size, large?.size, bytes],
      unread: [unread.bodyUsed, await unread.text()],
      used: [read?.bodyUsed, cancelled.bodyUsed],
    });
  },
} satisfies ExportedHandler<Env>;
