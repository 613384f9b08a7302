import type { Declaration } from "../../case.ts";

export default { compatibilityFlags: ["legacy_module_registry"] } satisfies Declaration;
