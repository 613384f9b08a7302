import type { Declaration } from "../../case.ts";
import { escapes } from "../../escape.ts";

export default {
  bindings: { services: { SERVICE: "Service" }, queues: { QUEUE: 1 } },
  needs: ["hasTriggers"],
  requests: ["/", "/rpc", "/queue", { cron: "* * * * *" }],
  invocations: 6,
  beyond: [escapes("later", { type: "RangeError", message: "failed later" })],
} satisfies Declaration;
