import type { Declaration } from "../../case.ts";

export default { compatibilityFlags: ["nodejs_compat"] } satisfies Declaration;
