import type { Declaration } from "../../case.ts";

export default { sampled: false, bindings: { kv: ["KV"], d1: ["DB"] } } satisfies Declaration;
