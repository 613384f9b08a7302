import type { Declaration } from "../../case.ts";

export default { bindings: { objects: { OBJECTS: "Counter" } }, invocations: 3 } satisfies Declaration;
