import type { Declaration } from "../../case.ts";

export default {
  bindings: { objects: { OBJECTS: "Room" } },
  requests: [{ path: "/", message: "hello" }],
  invocations: 2,
} satisfies Declaration;
