import { CALLED_STUB } from "../../called-stub.ts";
import type { Declaration } from "../../case.ts";

export default {
  bindings: { objects: { OBJECTS: "Cell" }, services: { SERVICE: "Echo", RELAY: "Caller" } },
  invocations: 8,
  beyond: [CALLED_STUB],
} satisfies Declaration;
