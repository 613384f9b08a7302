import type { Declaration } from "../../case.ts";

export default {
  bindings: { objects: { OBJECTS: "Kept" } },
  invocations: 4,
} satisfies Declaration;
