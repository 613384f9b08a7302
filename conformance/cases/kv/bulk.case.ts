import type { Declaration, SpanDeviation } from "../../case.ts";

const sizeUnknown = (span: string): SpanDeviation => ({
  span,
  because: "as for more keys: only the runtime sees the bytes of the answer",
  attributes: { "cloudflare.kv.response.size": null },
});

export default {
  bindings: { kv: ["KV"] },
  beyond: [sizeUnknown("one key > kv_get"), sizeUnknown("one key > kv_getWithMetadata")],
} satisfies Declaration;
