import type { Declaration } from "../../case.ts";

export default { bindings: { objects: { OBJECTS: "Bank" } }, invocations: 4 } satisfies Declaration;
