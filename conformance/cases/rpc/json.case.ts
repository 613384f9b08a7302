import type { Declaration } from "../../case.ts";

export default { bindings: { services: { SERVICE: "Api" } }, invocations: 3 } satisfies Declaration;
