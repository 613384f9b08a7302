import type { Declaration } from "../../case.ts";

export default {
  bindings: { objects: { OBJECTS: "Wrapped" }, services: { SERVICE: "Service" } },
  invocations: 5,
} satisfies Declaration;
