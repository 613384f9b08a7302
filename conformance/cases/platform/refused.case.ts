import type { Declaration, SpanDeviation } from "../../case.ts";
import { refused } from "../../escape.ts";

const MISTAKEN =
  "Illegal invocation: function called with incorrect `this` reference. " +
  "See https://developers.cloudflare.com/workers/observability/errors/#illegal-invocation-errors for details.";

/** What is asked is worth as much where the runtime refuses to ask it: which call it was says the span. */
const wrong = (
  span: string,
  attributes: SpanDeviation["attributes"] = {},
  message = MISTAKEN,
): SpanDeviation => {
  const deviation = refused(span, { type: "TypeError", message });
  return { ...deviation, attributes: { ...deviation.attributes, ...attributes } };
};

const kv = (operation: string): SpanDeviation["attributes"] => ({
  "cloudflare.binding.name": "KV",
  "cloudflare.binding.type": "KV",
  "cloudflare.kv.query.keys": "key",
  "cloudflare.kv.query.keys.count": 1,
  "db.operation.name": operation,
  "db.system.name": "cloudflare-kv",
});

export default {
  bindings: { kv: ["KV"], r2: ["BUCKET"], queues: { QUEUE: 1 }, upstream: true },
  needs: ["hasWorkerd"],
  beyond: [
    wrong("kv > kv_get", kv("get")),
    wrong("bucket > r2_head", {
      "cloudflare.binding.name": "BUCKET",
      "cloudflare.binding.type": "r2",
      "cloudflare.r2.operation": "HeadObject",
      "cloudflare.r2.request.key": "key",
    }),
    wrong("cache > cache_match", {
      "cache.request.method": "GET",
      "cache.request.url": "http://upstream/never",
    }),
    wrong("queue > queue_send"),
    wrong("fetch > fetch", {
      "http.request.method": "GET",
      "network.protocol.name": "http",
      "network.protocol.version": "HTTP/1.1",
      "url.full": "http://upstream/never",
    }),
    wrong(
      "farAway > kv_put",
      {
        ...kv("put"),
        "cloudflare.kv.query.expiration": 2 ** 40,
        "cloudflare.kv.query.payload.size": 1,
        "cloudflare.kv.query.value_type": "text",
      },
      "Value out of range. Must be between -2147483648 and 2147483647 (inclusive).",
    ),
  ],
} satisfies Declaration;
