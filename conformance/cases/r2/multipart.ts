// An upload in parts: begun, taken up again by its id, completed, given up.
import { tracing } from "cloudflare:workers";
import { attemptAsync } from "../attempt.ts";

export default {
  async fetch(_request, env) {
    const { BUCKET } = env;
    const ssecKey = "c".repeat(64);
    const part = new Uint8Array(5 * 1024 * 1024);
    const begun = await BUCKET.createMultipartUpload("whole", {
      httpMetadata: { contentType: "text/plain", contentLanguage: "pl" },
      customMetadata: { some: "metadata" },
      storageClass: "InfrequentAccess",
    });
    const first = await begun.uploadPart(1, part);
    const again = BUCKET.resumeMultipartUpload("whole", begun.uploadId);
    const second = await again.uploadPart(2, "the end");
    const whole = await again.complete([first, second]);

    const secret = await BUCKET.createMultipartUpload("secret", { ssecKey });
    const parts = [
      await secret.uploadPart(1, new TextEncoder().encode("bytes"), { ssecKey }),
      await secret.uploadPart(2, new Blob(["blob"]), { ssecKey }),
    ];
    await secret.abort();

    const results = {
      afterAbort: await tracing.enterSpan("afterAbort", () =>
        attemptAsync(() => secret.uploadPart(3, "x", { ssecKey })),
      ),
      completeAborted: await tracing.enterSpan("completeAborted", () =>
        attemptAsync(() => secret.complete(parts)),
      ),
      abortTwice: await tracing.enterSpan("abortTwice", () => attemptAsync(() => secret.abort())),
      partZero: await tracing.enterSpan("partZero", () => attemptAsync(() => begun.uploadPart(0, "x"))),
      unknown: await tracing.enterSpan("unknown", () =>
        attemptAsync(() => BUCKET.resumeMultipartUpload("whole", "no such id").uploadPart(1, "x")),
      ),
    };
    return Response.json({
      whole: { key: whole.key, size: whole.size, custom: whole.customMetadata },
      parts: [first, second].map(({ partNumber }) => partNumber),
      keys: [Object.keys(begun), begun.key, again.uploadId === begun.uploadId],
      results,
    });
  },
} satisfies ExportedHandler<Env>;
