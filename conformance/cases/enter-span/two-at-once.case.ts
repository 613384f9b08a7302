import type { Declaration } from "../../case.ts";

export default {
  bindings: { kv: ["KV"], upstream: true },
  requests: [
    ["/?who=ann", "/?who=bob"],
    ["/?who=cem", "/?who=dee"],
  ],
} satisfies Declaration;
