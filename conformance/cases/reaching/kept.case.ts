import type { Declaration } from "../../case.ts";

export default { needs: ["tracesModules"] } satisfies Declaration;
