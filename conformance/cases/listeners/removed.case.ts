import type { Declaration } from "../../case.ts";

export default { needs: ["hasWorkerd"] } satisfies Declaration;
