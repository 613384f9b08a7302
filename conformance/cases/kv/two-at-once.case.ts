import type { Declaration } from "../../case.ts";

export default {
  bindings: { kv: ["KV"] },
  requests: [["/?who=ann", "/?who=bob"]],
} satisfies Declaration;
