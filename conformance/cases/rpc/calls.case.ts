import type { Declaration } from "../../case.ts";

export default { bindings: { services: { SERVICE: "Shop" } }, invocations: 8 } satisfies Declaration;
