import type { Declaration } from "../../case.ts";

export default { bindings: { objects: { OBJECTS: "Waiting" } }, invocations: 2 } satisfies Declaration;
