import type { Declaration } from "../../case.ts";

export default { compatibilityFlags: ["do_not_set_tostring_tag"] } satisfies Declaration;
