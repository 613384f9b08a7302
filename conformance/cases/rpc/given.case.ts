import type { Declaration } from "../../case.ts";

export default {
  bindings: { objects: { OBJECTS: "Cell" }, services: { SERVICE: "Echo", RELAY: "Caller" } },
  invocations: 8,
  beyond: [
    {
      span: "jsRpcCall > jsRpcCall",
      where: { "jsrpc.method": "(this)" },
      because: "README: what is passed in a Map is not looked for",
      absent: {},
    },
  ],
} satisfies Declaration;
