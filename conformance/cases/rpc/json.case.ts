import type { Declaration } from "../../case.ts";

export default {
  bindings: { objects: { OBJECTS: "Counter" }, services: { SERVICE: "Api" } },
  invocations: 3,
} satisfies Declaration;
