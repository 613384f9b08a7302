import type { Declaration } from "../../case.ts";

export default {
  bindings: { objects: { OBJECTS: "Old" } },
  requests: [{ path: "/posted", method: "POST", body: "a body" }],
  invocations: 2,
} satisfies Declaration;
