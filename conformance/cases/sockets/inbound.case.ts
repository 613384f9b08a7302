import type { Declaration } from "../../case.ts";
import { INVOCATION } from "../../tree.ts";

export default {
  bindings: {
    services: { SERVICE: "Entry", RELAY: "Failing" },
    objects: { OBJECTS: "Answering" },
  },
  needs: ["hasWorkerd"],
  invocations: 6,
  beyond: [
    {
      span: INVOCATION,
      where: { "faas.trigger": "other" },
      because: "a socket carries no context: the connection's event begins a trace of its own",
      alone: true,
    },
  ],
} satisfies Declaration;
