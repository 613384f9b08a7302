import type { Declaration } from "../../case.ts";

export default { bindings: { kv: ["KV"] } } satisfies Declaration;
