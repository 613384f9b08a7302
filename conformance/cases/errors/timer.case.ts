import type { Declaration } from "../../case.ts";
import { INVOCATION } from "../../tree.ts";

export default {
  beyond: [
    {
      span: INVOCATION,
      because: "an error in a timer reaches no listener inside a Worker, and we leave its setTimeout alone",
      status: { code: "unset" },
      exceptions: [],
    },
  ],
} satisfies Declaration;
