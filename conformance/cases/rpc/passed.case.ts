import type { Declaration } from "../../case.ts";

export default {
  bindings: { objects: { OBJECTS: "Cell" }, services: { SERVICE: "Echo", RELAY: "Directory" } },
  invocations: 6,
} satisfies Declaration;
