import type { Declaration } from "../../case.ts";

export default { requests: ["/turns", "/wait-until", "/later"] } satisfies Declaration;
