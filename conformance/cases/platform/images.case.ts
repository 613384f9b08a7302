import type { Declaration } from "../../case.ts";

export default { bindings: { platform: ["IMAGES"] } } satisfies Declaration;
