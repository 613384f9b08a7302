import type { Declaration } from "../../case.ts";

export default { bindings: { objects: { OBJECTS: "Sleeper" } }, invocations: 4 } satisfies Declaration;
