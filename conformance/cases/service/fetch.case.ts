import type { Declaration } from "../../case.ts";

export default { bindings: { services: { SERVICE: "Echo" } }, invocations: 6 } satisfies Declaration;
