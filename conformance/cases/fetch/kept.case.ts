import type { Declaration } from "../../case.ts";

export default { bindings: { upstream: true } } satisfies Declaration;
