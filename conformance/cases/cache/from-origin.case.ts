import type { Declaration } from "../../case.ts";

export default { needs: ["hasCaches"], bindings: { upstream: true } } satisfies Declaration;
