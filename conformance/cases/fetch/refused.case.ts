import type { Declaration } from "../../case.ts";

export default { bindings: { upstream: true }, needs: ["checksRequests"] } satisfies Declaration;
