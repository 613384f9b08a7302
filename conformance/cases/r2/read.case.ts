import type { Declaration } from "../../case.ts";

export default { bindings: { r2: ["BUCKET"] } } satisfies Declaration;
