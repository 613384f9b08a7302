import type { Declaration } from "../../case.ts";

export default {
  bindings: { kv: ["KV"] },
  needs: ["hasWorkerd"],
  requests: [{ path: "/", message: "hello" }],
} satisfies Declaration;
