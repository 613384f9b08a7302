import type { Declaration } from "../../case.ts";

export default { bindings: { kv: ["KV"] }, needs: ["hasWorkerd"], invocations: 2 } satisfies Declaration;
