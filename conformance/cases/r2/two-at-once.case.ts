import type { Declaration } from "../../case.ts";

export default {
  bindings: { r2: ["BUCKET"] },
  requests: [["/?who=ann", "/?who=bob"]],
} satisfies Declaration;
