import type { Declaration } from "../../case.ts";

export default {
  bindings: { queues: { QUEUE: 1 } },
  requests: [["/?who=ann", "/?who=bob"]],
  invocations: 6,
} satisfies Declaration;
