import { CALLED_STUB } from "../../called-stub.ts";
import type { Declaration } from "../../case.ts";

export default {
  bindings: { services: { SERVICE: "Callee" } },
  invocations: 8,
  beyond: [CALLED_STUB],
} satisfies Declaration;
