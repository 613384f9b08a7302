import type { Declaration } from "../../case.ts";
import { fails } from "../../escape.ts";

export default {
  bindings: { upstream: true },
  beyond: [
    fails("reset > fetch", { type: "Error", message: "Network connection lost." }),
    fails("aborted > fetch", { type: "AbortError", message: "The operation was aborted" }),
    fails("timed out > fetch", { type: "TimeoutError", message: "The operation was aborted due to timeout" }),
  ],
} satisfies Declaration;
