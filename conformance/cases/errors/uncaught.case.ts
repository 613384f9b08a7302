import type { Declaration } from "../../case.ts";

export default { requests: ["/thrown", "/rejected"] } satisfies Declaration;
