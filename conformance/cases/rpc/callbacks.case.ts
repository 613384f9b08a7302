import { CALLED_STUB } from "../../called-stub.ts";
import type { Declaration } from "../../case.ts";

export default {
  bindings: { services: { SERVICE: "Teller" } },
  invocations: 4,
  beyond: [CALLED_STUB],
} satisfies Declaration;
