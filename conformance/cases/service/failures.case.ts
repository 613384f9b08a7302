import type { Declaration } from "../../case.ts";
import { fails } from "../../escape.ts";

export default {
  bindings: { services: { SERVICE: "Failing" } },
  invocations: 3,
  beyond: [fails("throws > fetch", { type: "RangeError", message: "thrown by the service" })],
} satisfies Declaration;
