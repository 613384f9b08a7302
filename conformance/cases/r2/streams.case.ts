import type { Declaration } from "../../case.ts";

export default { bindings: { r2: ["BUCKET"] }, needs: ["knowsStreamLengths"] } satisfies Declaration;
