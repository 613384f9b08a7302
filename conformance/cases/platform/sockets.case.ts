import type { Declaration } from "../../case.ts";

export default { bindings: { platform: ["HYPERDRIVE"] } } satisfies Declaration;
