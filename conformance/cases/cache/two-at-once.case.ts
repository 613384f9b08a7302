import type { Declaration } from "../../case.ts";

export default { needs: ["hasCaches"], requests: [["/?who=ann", "/?who=bob"]] } satisfies Declaration;
