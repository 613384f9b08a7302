import type { Declaration } from "../../case.ts";

export default { invocations: 10 } satisfies Declaration;
