// Calls that the store or the binding refuses.
import { tracing } from "cloudflare:workers";

export default {
  async fetch(_request, env) {
    const { BUCKET } = env;
    const call =
      (method: keyof R2Bucket, ...args: unknown[]) =>
      () =>
        (BUCKET[method] as (...args: unknown[]) => Promise<unknown>).apply(BUCKET, args);
    await BUCKET.put("encrypted", "secret", { ssecKey: "d".repeat(64) });
    const unknownLength = () => new ReadableStream({ start: (controller) => controller.close() });
    const calls: Record<string, () => Promise<unknown>> = {
      longKey: call("head", "k".repeat(1025)),
      negativeRange: call("get", "key", { range: { offset: -1 } }),
      suffixAndOffset: call("get", "key", { range: { suffix: 1, offset: 1 } }),
      outOfRange: call("get", "encrypted", { ssecKey: "d".repeat(64), range: { offset: 100 } }),
      withoutKey: call("get", "encrypted"),
      otherKey: call("get", "encrypted", { ssecKey: "e".repeat(64) }),
      shortKey: call("get", "encrypted", { ssecKey: "dd" }),
      noKey: call("get"),
      noValue: call("put", "key"),
      number: call("put", "key", 12),
      unknownLength: call("put", "key", unknownLength()),
      wrongChecksum: call("put", "key", "abc", { md5: "0".repeat(32) }),
      shortChecksum: call("put", "key", "abc", { sha256: "00" }),
      twoChecksums: call("put", "key", "abc", { md5: "0".repeat(32), sha1: "0".repeat(40) }),
      noEtag: call("put", "key", "abc", { onlyIf: { etagMatches: '"quoted"' } }),
      largeLimit: call("list", { limit: 2000 }),
      wrongCursor: call("list", { cursor: "no cursor" }),
      manyKeys: call(
        "delete",
        Array.from({ length: 1001 }, (_, i) => `k${i}`),
      ),
      deleteLongKey: call("delete", "k".repeat(1025)),
      createLongKey: call("createMultipartUpload", "k".repeat(1025)),
      wrongClass: call("put", "key", "x", { storageClass: "none such" }),
    };
    const results: Record<string, unknown> = {};
    for (const [name, attempt] of Object.entries(calls)) {
      results[name] = await tracing.enterSpan(name, async () => {
        try {
          const given = await attempt();
          return typeof given === "object" ? "gives an object" : String(given);
        } catch (error) {
          return `throws ${String(error)}`;
        }
      });
    }
    return Response.json(results);
  },
} satisfies ExportedHandler<Env>;
