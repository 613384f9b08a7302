import type { Declaration } from "../../case.ts";

export default {
  needs: ["hasTriggers"],
  requests: [{ cron: "*/5 * * * *" }, { cron: "* * * * 1" }],
} satisfies Declaration;
