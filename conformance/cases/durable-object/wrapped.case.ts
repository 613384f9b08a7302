import type { Declaration } from "../../case.ts";

export default { bindings: { objects: { OBJECTS: "Wrapped" } }, invocations: 4 } satisfies Declaration;
