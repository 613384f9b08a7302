import type { Declaration } from "../../case.ts";

export default { bindings: { d1: ["DB"] } } satisfies Declaration;
