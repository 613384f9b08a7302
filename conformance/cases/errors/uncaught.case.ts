import type { Declaration } from "../../case.ts";

export default { requests: ["/thrown", "/rejected", "/string", "/no-response"] } satisfies Declaration;
