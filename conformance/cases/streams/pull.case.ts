import type { Declaration } from "../../case.ts";

export default { requests: ["/", "/fails"] } satisfies Declaration;
