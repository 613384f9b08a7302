import type { Declaration } from "../../case.ts";

export default { bindings: { objects: { OBJECTS: "Store" } }, invocations: 2 } satisfies Declaration;
