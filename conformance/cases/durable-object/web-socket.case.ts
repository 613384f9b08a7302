import type { Declaration } from "../../case.ts";
import { INVOCATION } from "../../tree.ts";

export default {
  bindings: { objects: { OBJECTS: "Room" } },
  requests: [{ path: "/", message: "hello" }],
  invocations: 4,
  beyond: [
    {
      span: `${INVOCATION} > ${INVOCATION}`,
      because: "nothing that a hibernated object keeps says in which trace its WebSocket was accepted",
      alone: true,
    },
  ],
} satisfies Declaration;
