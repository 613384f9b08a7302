// send and sendBatch with every content type and option, and what is refused; each message is consumed, and printed.
import { tracing } from "cloudflare:workers";

export default {
  async fetch(_request, env) {
    const { QUEUE } = env;
    const call =
      (method: "send" | "sendBatch", ...args: unknown[]) =>
      () =>
        (QUEUE[method] as (...args: unknown[]) => Promise<unknown>).apply(QUEUE, args);
    const calls: Record<string, () => unknown> = {
      default: call("send", { a: [1, "two"] }),
      text: call("send", "text", { contentType: "text" }),
      bytes: call("send", new Uint8Array([1, 2, 3]), { contentType: "bytes" }),
      json: call("send", null, { contentType: "json" }),
      v8: call("send", new Map([["key", 1n]]), { contentType: "v8" }),
      batch: call("sendBatch", [{ body: "first" }, { body: new Date(0), contentType: "v8" }]),
      set: call("sendBatch", new Set([{ body: "of a set" }]), { delaySeconds: 0 }),
      nothing: call("send"),
      noBody: call("send", undefined),
      wrongType: call("send", 12, { contentType: "text" }),
      unknownType: call("send", "x", { contentType: "none such" }),
      unserializable: call("send", () => {}, { contentType: "v8" }),
      emptyBatch: call("sendBatch", []),
      noBatch: call("sendBatch", "x"),
      wrongBatch: call("sendBatch", [{}]),
      metrics: () => QUEUE.metrics(),
      large: call("send", "x".repeat(130_000), { contentType: "text" }),
    };
    const results: Record<string, unknown> = {};
    for (const [name, attempt] of Object.entries(calls)) {
      results[name] = await tracing.enterSpan(name, async () => {
        try {
          return Object.keys((await attempt()) as object);
        } catch (error) {
          return `throws ${String(error)}`;
        }
      });
    }
    return Response.json(results);
  },
  async queue({ queue, messages }) {
    console.log(queue, messages.length);
    for (const { body } of messages) {
      const content = body instanceof ArrayBuffer ? [...new Uint8Array(body)] : body;
      console.log(Object.prototype.toString.call(body), JSON.stringify(content));
    }
  },
} satisfies ExportedHandler<Env>;
