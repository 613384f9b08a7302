import type { Declaration } from "../../case.ts";

export default { needs: ["hasWorkerd"], invocations: 10 } satisfies Declaration;
