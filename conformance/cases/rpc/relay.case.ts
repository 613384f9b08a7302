import type { Declaration } from "../../case.ts";

export default {
  bindings: { services: { SERVICE: "Maker", RELAY: "Relay" } },
  invocations: 5,
} satisfies Declaration;
