import type { Declaration } from "../../case.ts";

export default {
  compatibilityDate: "2021-11-03",
  bindings: { kv: ["KV"], legacyObjects: { OBJECTS: "Counter" }, upstream: true },
  invocations: 2,
} satisfies Declaration;
