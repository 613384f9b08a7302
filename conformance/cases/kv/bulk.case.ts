import type { Declaration } from "../../case.ts";

export default {
  bindings: { kv: ["KV"] },
  beyond: [
    {
      span: "one key > kv_get",
      because: "as for more keys: only the runtime sees the bytes of the answer",
      attributes: { "cloudflare.kv.response.size": null },
    },
  ],
} satisfies Declaration;
