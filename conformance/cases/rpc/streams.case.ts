import type { Declaration } from "../../case.ts";

export default { bindings: { services: { SERVICE: "Source" } }, invocations: 5 } satisfies Declaration;
