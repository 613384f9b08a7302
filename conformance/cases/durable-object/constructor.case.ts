import type { Declaration } from "../../case.ts";

export default {
  bindings: { kv: ["KV"], objects: { OBJECTS: "Store" } },
  invocations: 3,
} satisfies Declaration;
