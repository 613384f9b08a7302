import type { Declaration } from "../../case.ts";

export default {
  bindings: { services: { SERVICE: "Service" }, queues: { QUEUE: 1 } },
  needs: ["hasTriggers"],
  requests: ["/", "/rpc", "/queue", { cron: "* * * * *" }],
  invocations: 6,
} satisfies Declaration;
