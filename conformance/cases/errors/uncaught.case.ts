import type { Declaration } from "../../case.ts";

export default { requests: ["/thrown", "/rejected", "/no-response"] } satisfies Declaration;
