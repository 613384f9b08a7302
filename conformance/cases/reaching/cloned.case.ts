import type { Declaration } from "../../case.ts";

export default {
  beyond: [
    {
      request: "GET /",
      because:
        "tracing's README, not seen yet: what programs can make and copying refuses (a generator, a WeakRef) costs 30 ns more on Node, a fifth of a span",
      body: JSON.stringify(["object", "object", "object"]),
    },
  ],
} satisfies Declaration;
