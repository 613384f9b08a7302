import type { Declaration } from "../../case.ts";

const because = "calls over RPC are not traced where they are made yet; the callee's trace is one of its own";

export default {
  bindings: { objects: { OBJECTS: "Counter" } },
  invocations: 3,
  beyond: ["durable_object_subrequest", "jsRpcSession", "jsRpcCall"].map((span) => ({
    span,
    because,
    dissolved: true as const,
  })),
} satisfies Declaration;
