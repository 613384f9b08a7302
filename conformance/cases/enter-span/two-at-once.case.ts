import type { Declaration } from "../../case.ts";

export default {
  bindings: { upstream: true },
  requests: [
    ["/?who=ann", "/?who=bob"],
    ["/?who=cem", "/?who=dee"],
  ],
} satisfies Declaration;
