import type { Declaration } from "../../case.ts";

export default {
  bindings: { objects: { OBJECTS: "Cell" }, services: { SERVICE: "Echo", RELAY: "Sessions" } },
  invocations: 6,
  beyond: [
    {
      span: "jsRpcCall > jsRpcCall",
      where: { "jsrpc.method": "(this)", "jsrpc.target_kind": "stub" },
      because: "a stub that is itself called: only another object in its place could see that",
      absent: {},
    },
  ],
} satisfies Declaration;
