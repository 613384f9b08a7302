import type { Declaration } from "../../case.ts";

export default { bindings: { services: { SERVICE: "Handlers" } }, invocations: 2 } satisfies Declaration;
