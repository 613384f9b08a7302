import type { Declaration } from "../../case.ts";

export default { bindings: { services: { SERVICE: "Greeter" } }, invocations: 2 } satisfies Declaration;
