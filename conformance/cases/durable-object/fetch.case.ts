import type { Declaration } from "../../case.ts";

export default {
  bindings: { objects: { OBJECTS: "Counter" } },
  requests: [["/a", "/b"]],
  invocations: 8,
} satisfies Declaration;
